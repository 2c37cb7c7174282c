import { describe, expect, it } from 'vitest';
import { falconPack } from './falcon.ts';

const pack = falconPack();

describe("falcon's pack", () => {
  it('binds its roles and names its durations', () => {
    expect(pack.roles).toEqual([
      { role: 'worker', services: ['worker-1', 'worker-2', 'worker-3'] },
      { role: 'gateway', services: ['nginx'] },
      { role: 'redis', services: ['redis'] },
      { role: 'postgres', services: ['postgres'] },
    ]);
    expect(pack.durations).toMatchObject({
      'breaker-timeout': 60_000,
      'breaker-recovery': 120_000,
    });
    expect(pack.sources.map(({ kind, role, port }) => [kind, role, port])).toEqual([
      ['metrics', 'worker', 8000],
      ['cache', 'redis', 6379],
      ['database', 'postgres', 5432],
      ['check', 'gateway', 80],
      ['check', 'gateway', 80],
    ]);
  });

  it.each([
    ['HighP95Latency', 'p95', { kind: 'above', threshold: 1, clear: 1 }, 300_000],
    ['VeryHighP95Latency', 'p95', { kind: 'above', threshold: 5, clear: 5 }, 120_000],
    ['HighErrorRate', 'errors', { kind: 'above', threshold: 0.05, clear: 0.05 }, 300_000],
    ['VeryHighErrorRate', 'errors', { kind: 'above', threshold: 0.2, clear: 0.2 }, 120_000],
    ['CircuitBreakerOpen', 'breaker', { kind: 'is', words: ['open', 'half-open'] }, 300_000],
    ['DatabaseLogsDropped', 'droppedLogs', { kind: 'above', threshold: 0, clear: 0 }, 120_000],
    ['HighMemoryUsage', 'memory', { kind: 'above', threshold: 2 ** 30, clear: 2 ** 30 }, 600_000],
    ['LowCacheHitRate', 'hits', { kind: 'below', threshold: 0.2, clear: 0.2 }, 900_000],
  ])('has %s as the system defines it', (name, signal, condition, forMs) => {
    const alert = pack.alerts.find((candidate) => candidate.name === name);
    expect(alert).toMatchObject({ signal, condition, forMs });
  });

  it('answers within what the system promises', () => {
    const answers = pack.severities.map(({ severity, contacts, respondWithinMs }) => [
      severity,
      contacts.join(' and '),
      respondWithinMs,
    ]);
    expect(answers).toEqual([
      ['P0', 'Senior SRE and Manager', 900_000],
      ['P1', 'Senior SRE', 3_600_000],
      ['P2', 'Team', 14_400_000],
      ['P3', 'Ticket queue', null],
    ]);
  });

  it('knows whom to tell, and what the system relies on', () => {
    expect(pack.contacts.map(({ name }) => name)).toEqual([
      'Senior SRE',
      'Manager',
      'Team',
      'Ticket queue',
    ]);
    expect(pack.requires.env.find(({ name }) => name === 'POSTGRES_PASSWORD')).toMatchObject({
      role: 'worker',
      secret: true,
    });
  });

  it('counts what is held back and what the model takes apart from the rest', () => {
    const units = Object.fromEntries(pack.signals.map(({ id, unit }) => [id, unit]));
    expect(units).toMatchObject({
      modelP95: 'seconds',
      bufferedLogs: 'perSecond',
      poolSize: 'count',
    });
  });
});
