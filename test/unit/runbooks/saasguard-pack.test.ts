import { describe, expect, it } from 'vitest';
import { opensOnAlert } from '../../../src/runbooks/opens.ts';
import { packOf, runbookOf } from './packs.ts';

const pack = packOf('saasguard');

describe("saasguard's pack", () => {
  it('has every procedure of its source, and no key twice', () => {
    expect(pack.runbooks.map(({ id }) => id.split('/')[1]).toSorted()).toEqual([
      'api-liveness',
      'api-readiness',
      'build-validation',
      'data-refresh',
      'diagnostics',
      'drift-baseline',
      'duckdb-permissions',
      'emergency-stop',
      'high-latency',
      'model-drift',
      'model-rollback',
      'prediction-errors',
      'release',
      'retrain',
      'rollback',
      'superset-unreachable',
    ]);
    const keys = pack.runbooks.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).not.toContain(null);
  });

  it('asks for the seven variables of a release', () => {
    expect(pack.requires.env.map(({ name, required, secret }) => [name, required, secret])).toEqual(
      [
        ['ALLOWED_ORIGINS', true, false],
        ['DUCKDB_PATH', true, false],
        ['MODELS_DIR', true, false],
        ['GROQ_API_KEY', false, true],
        ['LLM_PROVIDER', false, false],
        ['SUPERSET_SECRET_KEY', true, true],
        ['APP_ENV', true, false],
      ],
    );
  });

  it.each([
    ['HighLatency', 'p95', { kind: 'above', threshold: 0.5, clear: 0.5 }],
    ['ModerateDrift', 'drift', { kind: 'above', threshold: 0.1, clear: 0.1 }],
    ['SignificantDrift', 'drift', { kind: 'above', threshold: 0.2, clear: 0.2 }],
    ['SystemicDrift', 'drifted', { kind: 'above', threshold: 2, clear: 2 }],
    ['PredictionErrors', 'predictionErrors', { kind: 'above', threshold: 0, clear: 0 }],
  ])('has %s as the document says it', (name, signal, condition) => {
    expect(pack.alerts.find((one) => one.name === name)).toMatchObject({ signal, condition });
  });

  it('opens a runbook on each of its alerts', () => {
    const without = pack.alerts.filter(
      ({ name, labels }) =>
        !pack.runbooks.some((runbook) => opensOnAlert(runbook, { name, labels })),
    );
    expect(without.map(({ name }) => name)).toEqual([]);
    const liveness = runbookOf('saasguard/api-liveness');
    expect(opensOnAlert(liveness, { name: 'ContainerDown', labels: { service: 'api' } })).toBe(
      true,
    );
  });

  it('escalates to VP Engineering, and to VP Customer Success once customers are affected', () => {
    expect(pack.contacts.map(({ name }) => name)).toEqual([
      'Data Engineering',
      'VP Engineering',
      'VP Customer Success',
    ]);
    expect(pack.severities.find(({ severity }) => severity === 'P1')?.contacts).toEqual([
      'Data Engineering',
      'VP Engineering',
      'VP Customer Success',
    ]);
  });
});
