import { describe, expect, it } from 'vitest';
import type { Check } from '../../../src/domain/check.ts';
import type { Container } from '../../../src/domain/container.ts';
import type { SourceState, SourceStatus } from '../../../src/domain/source.ts';
import { type AlertsState, foldAlerts, noAlerts } from '../../../src/signals/alerts.ts';
import { builtinAlertDefinitions, builtinAlerts } from '../../../src/signals/builtin.ts';
import { BUILTIN_FOR_MS } from '../../../src/signals/builtin-rule.ts';
import { checkSignals } from '../../../src/signals/check-signal.ts';
import { createContainerWatch } from '../../../src/signals/container-signal.ts';
import type { AlertDefinition } from '../../../src/signals/definition.ts';
import type { EvaluatedSignal } from '../../../src/signals/reading.ts';
import { finished } from '../../../src/signals/sliced.ts';
import { container } from './make.ts';

const roles = [
  { role: 'worker', services: ['worker-1', 'worker-2'] },
  { role: 'redis', services: ['redis'] },
];

function signals(list: readonly Container[], status: SourceStatus = 'live') {
  const known = { facts: [{ value: list, observedAt: 500 }], sources: [{ status }] };
  return finished(createContainerWatch(roles, 'falcon').signals(known));
}

const dead: Partial<Container> = {
  state: 'exited',
  health: 'none',
  exitCode: 137,
  oomKilled: true,
  finishedAt: 400,
};
const fold = (
  before: AlertsState,
  definitions: readonly AlertDefinition[],
  readings: readonly EvaluatedSignal[],
  now: number,
) => finished(foldAlerts(before, definitions, readings, now));
const workers = [container('worker-1'), container('worker-2')];
const of = (readings: readonly EvaluatedSignal[], service: string) =>
  readings.find(({ labels }) => labels['service'] === service);

describe('the signal container', () => {
  it('is by role, then by service, the worst of several speaking', () => {
    const readings = signals([
      container('worker-1'),
      container('worker-2', dead),
      container('redis', { health: 'unhealthy' }),
      container('nginx'),
    ]);
    expect(readings.map(({ labels, value, state }) => [labels['service'], value, state])).toEqual([
      ['worker', 'exited', 'critical'],
      ['redis', 'unhealthy', 'warning'],
      ['nginx', 'running', 'ok'],
    ]);
    expect(of(readings, 'worker')).toMatchObject({
      detail: 'falcon-worker-2 exited 137, out of memory',
      since: 400,
      observedAt: 500,
    });
  });

  it('is missing when a service of a role has no container', () => {
    expect(of(signals(workers), 'redis')).toMatchObject({
      value: 'missing',
      state: 'critical',
      detail: 'no container of service redis',
    });
  });

  it('knows a finished job from a crashed container where no role needs it', () => {
    const job = (exitCode: number) => container('migrate', { ...dead, oomKilled: false, exitCode });
    const all = [...workers, container('redis')];
    expect(of(signals([...all, job(0)]), 'migrate')?.value).toBe('finished');
    expect(of(signals([...all, job(1)]), 'migrate')?.value).toBe('exited');
    const needed = [...workers, container('redis', { ...dead, exitCode: 0, oomKilled: false })];
    expect(of(signals(needed), 'redis')?.value).toBe('exited');
  });

  it('takes a role that ends for well when it ended well, and pages for no more than it is', () => {
    const ending = [...roles, { role: 'dbt', services: ['dbt'], ends: true }];
    const watch = createContainerWatch(ending, 'falcon');
    const told = (exitCode: number) => {
      const job = container('dbt', { ...dead, oomKilled: false, exitCode });
      const list = [...workers, container('redis'), job];
      const known = { facts: [{ value: list, observedAt: 500 }], sources: [] };
      return finished(watch.signals(known));
    };
    expect(of(told(0), 'dbt')).toMatchObject({ value: 'finished', state: 'ok' });
    expect(of(told(2), 'dbt')).toMatchObject({ value: 'exited', detail: 'falcon-dbt exited 2' });
    const { alerts } = fold(noAlerts, builtinAlerts(ending), told(2), 0);
    expect(alerts.map(({ name, severity }) => [name, severity])).toEqual([['ContainerDown', 'P3']]);
  });

  it('leaves out other projects and names what belongs to no service', () => {
    const other = container('redis', { ...dead, project: 'other' });
    const plain = container('x', { service: null, name: 'plain' });
    const readings = signals([...workers, container('redis'), other, plain]);
    expect(of(readings, 'redis')?.value).toBe('running');
    expect(of(readings, 'plain')?.value).toBe('running');
  });

  it('is unknown before the engine has answered, and stale when it fails', () => {
    const none = finished(createContainerWatch(roles, null).signals({ facts: [], sources: [] }));
    expect(none.map(({ value, reason }) => [value, reason])).toEqual([
      [null, 'the container engine has not answered yet'],
      [null, 'the container engine has not answered yet'],
    ]);
    expect(of(signals(workers, 'failed'), 'worker')).toMatchObject({
      value: 'running',
      stale: true,
    });
  });
});

describe('a container that was made and never started', () => {
  const definitions = builtinAlerts(roles);
  const made = { state: 'created', health: 'none', startedAt: null, createdAt: 1000 } as const;
  const alertsOf = (service: string, now: number) => {
    const readings = signals([...workers, container('redis'), container(service, made)]);
    return fold(noAlerts, definitions, readings, now).alerts;
  };

  it('is a notice after two minutes where no role needs it', () => {
    expect(alertsOf('job', 1000 + 119_000)).toMatchObject([{ state: 'pending', severity: 'P4' }]);
    expect(alertsOf('job', 1000 + 120_000)).toEqual([
      {
        name: 'ContainerDown',
        labels: { service: 'job' },
        state: 'firing',
        since: 1000,
        severity: 'P4',
        summary: 'job is created: falcon-job was never started',
      },
    ]);
  });

  it('is down where a role needs it', () => {
    const readings = signals([...workers, container('redis', made)]);
    expect(fold(noAlerts, definitions, readings, 31_000).alerts).toMatchObject([
      { labels: { service: 'redis' }, state: 'firing', severity: 'P1' },
    ]);
  });
});

describe('the signal check', () => {
  const check: Check = {
    name: 'readyz',
    url: 'http://gateway/readyz',
    ok: true,
    status: 200,
    latencyMs: 12,
    error: null,
    fields: {},
  };
  const source = (status: SourceStatus): SourceState => ({
    name: 'check readyz',
    kind: 'check',
    status,
    since: 300,
    observedAt: 200,
    error: status === 'failed' ? { kind: 'unreachable', message: 'refused', mend: null } : null,
    retryAt: null,
    intervalMs: 5000,
  });
  const answer = (value: Partial<Check>) => ({ value: { ...check, ...value }, observedAt: 200 });

  it('is ok, failing or unreachable, by the name of the check', () => {
    const readings = checkSignals([
      { source: source('live'), check: answer({}) },
      { source: source('live'), check: answer({ ok: false, error: 'status 503' }) },
      { source: source('failed'), check: answer({}) },
      { source: source('connecting'), check: null },
    ]);
    expect(readings.map((r) => [r.labels['name'], r.value, r.detail, r.observedAt])).toEqual([
      ['readyz', 'ok', null, 200],
      ['readyz', 'failing', 'status 503', 200],
      ['readyz', 'unreachable', 'refused', 300],
      ['check readyz', null, null, null],
    ]);
  });
});

describe('the built-in alerts', () => {
  it('raise a dead container of a role at once and page after their time', () => {
    const definitions = builtinAlerts(roles);
    const readings = signals([...workers, container('redis', { ...dead, finishedAt: 1000 })]);
    const pending = fold(noAlerts, definitions, readings, 2000);
    expect(pending.alerts).toEqual([
      {
        name: 'ContainerDown',
        labels: { service: 'redis' },
        state: 'pending',
        since: 1000,
        severity: 'P1',
        summary: 'redis is exited: falcon-redis exited 137, out of memory',
      },
    ]);
    const firing = fold(pending, definitions, readings, 1000 + BUILTIN_FOR_MS);
    expect(firing.alerts[0]?.state).toBe('firing');
    const back = signals([...workers, container('redis')]);
    expect(fold(firing, definitions, back, 50_000).alerts).toEqual([]);
  });

  it('are less urgent for a crash that no role needs, and take other severities', () => {
    const readings = signals([...workers, container('redis'), container('grafana', dead)]);
    const severity = (definitions: ReturnType<typeof builtinAlerts>) =>
      fold(noAlerts, definitions, readings, 2000).alerts.map((alert) => alert.severity);
    expect(severity(builtinAlerts(roles))).toEqual(['P3']);
    expect(severity(builtinAlerts(roles, { otherContainerDown: 'P4' }))).toEqual(['P4']);
  });

  it('give way to an alert of their name on their signal', () => {
    const own = builtinAlerts([]).filter(({ name }) => name === 'DiskFilling');
    const names = builtinAlerts([], {}, own).map(({ name }) => name);
    expect(names).not.toContain('DiskFilling');
    expect(names).toContain('InodesFilling');
  });

  it('are told in words for the documentation', () => {
    const words = builtinAlertDefinitions().map(({ name, holds, about }) => [name, holds, about]);
    expect(words).toContainEqual(['DiskFilling', '≥ 85 %, critical ≥ 95 %', null]);
    expect(words).toContainEqual(['DatabaseBlocked', '> 30 s', null]);
    expect(words).toContainEqual([
      'CertificateTrouble',
      '< 14d, critical < 3d, or a client would refuse it',
      null,
    ]);
    expect(words).toContainEqual(['SourceLost', 'failing or lost', 'containers']);
    expect(words).toContainEqual(['ContainerDown', 'created, critical dead or exited', null]);
    for (const [, holds] of words) expect(holds).toMatch(/\w/);
  });
});
