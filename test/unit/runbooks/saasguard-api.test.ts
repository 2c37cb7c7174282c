import { describe, expect, it } from 'vitest';
import { container, environment, logs, stats } from '../../fixtures/falcon/findings.ts';
import {
  answered,
  noFile,
  processes,
  running,
  unanswered,
  volume,
  wrote,
} from '../../fixtures/packs/answers.ts';
import { well } from '../../fixtures/packs/saasguard.ts';
import { type Case, holdsToItsLeaves, runbookOf, walkCase } from './packs.ts';

const slow = { signals: { p95: 0.8 } };
const missingModel = {
  ready: answered({ detail: 'Model not loaded' }, 503),
  'files.churn': noFile,
};
const crash = { state: 'restarting', crashing: true, recentStarts: 6, exitCode: 1, upMs: null };

const runbooks: Readonly<Record<string, { leaves: readonly string[]; cases: readonly Case[] }>> = {
  'saasguard/api-liveness': {
    leaves: ['restart-api', 'crash-loop', 'listens-inside', 'false-alarm', 'escalate'],
    cases: [
      {
        finding: 'a container that is down',
        leaf: 'restart-api',
        because: 'saasguard-api-1 is exited (exit 137)',
        findings: {
          restarts: running({ name: 'saasguard-api-1', state: 'exited', exitCode: 137 }),
        },
      },
      {
        finding: 'an unhealthy container',
        leaf: 'restart-api',
        because: 'It does not answer: nothing listens there',
        findings: {
          restarts: running({ health: 'unhealthy' }),
          'inside.outside': unanswered(),
          'inside.own': wrote('', 7),
        },
      },
      {
        finding: 'a start-up error in its last lines',
        leaf: 'restart-api',
        because: 'It failed to start: a line of startup',
        findings: { log: logs({ startup: 2 }) },
      },
      {
        finding: 'too little memory in its last lines',
        leaf: 'restart-api',
        because: 'Too little memory: a line of memory',
        findings: { log: logs({ memory: 1 }) },
      },
      {
        finding: 'a restart loop',
        leaf: 'crash-loop',
        because: 'Not set: DUCKDB_PATH, APP_ENV; mounts: a line of mounts',
        findings: {
          restarts: running(crash),
          'missing.settings': environment({ ALLOWED_ORIGINS: '*', MODELS_DIR: '/m' }),
          'missing.log': logs({ mounts: 1 }),
        },
      },
      {
        finding: 'an api that listens inside only',
        leaf: 'listens-inside',
        findings: { 'inside.outside': unanswered(), 'inside.own': wrote('ok') },
      },
      { finding: 'an api that is well', leaf: 'false-alarm' },
      {
        finding: 'no container',
        leaf: 'escalate',
        findings: { container: container({ found: false, state: null, candidates: ['app'] }) },
      },
    ],
  },
  'saasguard/api-readiness': {
    leaves: ['dvc-pull', 'dvc-repro', 'restart-api', 'false-alarm', 'escalate'],
    cases: [
      {
        finding: 'artifacts absent and the remote reachable',
        leaf: 'dvc-pull',
        because: 'The remote answers: the artifacts can be pulled',
        findings: { ...missingModel, remote: wrote('Cache and remote are in sync.') },
      },
      {
        finding: 'artifacts absent and the remote unreachable',
        leaf: 'dvc-repro',
        because: 'The remote does not answer (exit 255): it failed',
        findings: { ...missingModel, remote: wrote('', 255) },
      },
      {
        finding: 'artifacts that are there',
        leaf: 'restart-api',
        findings: { ready: answered({ detail: 'Model not loaded' }, 503) },
      },
      {
        finding: 'an api that is ready',
        leaf: 'false-alarm',
        findings: { ready: answered({ status: 'ready' }) },
      },
    ],
  },
  'saasguard/superset-unreachable': {
    leaves: [
      'restart-superset',
      'rebuild-volume',
      'make-anew',
      'rebuilt',
      'false-alarm',
      'escalate',
    ],
    cases: [
      {
        finding: 'a stopped container',
        leaf: 'restart-superset',
        because: 'It is exited (exit 1), for 1h',
        findings: { container: container({ state: 'exited', exitCode: 1 }) },
      },
      {
        finding: 'an unhealthy container',
        leaf: 'restart-superset',
        because: 'It runs, but its health check fails',
        findings: { container: container({ health: 'unhealthy' }) },
      },
      {
        finding: 'database connection errors',
        leaf: 'restart-superset',
        because: 'It cannot connect to its database: a line of database',
        findings: { log: logs({ database: 3 }) },
      },
      {
        finding: 'no volume',
        leaf: 'rebuild-volume',
        because: 'There is no volume saasguard_superset_home: it has to be made anew',
        findings: { volume: volume({ found: false, usedBy: [] }) },
      },
      {
        finding: 'a corrupted volume',
        leaf: 'rebuild-volume',
        because: 'Its database is corrupted: a line of corrupted',
        findings: { log: logs({ corrupted: 1, database: 4 }) },
      },
      {
        finding: 'no container',
        leaf: 'make-anew',
        findings: { container: container({ found: false, state: null }) },
      },
      { finding: 'a Superset that is well', leaf: 'false-alarm' },
    ],
  },
  'saasguard/high-latency': {
    leaves: ['tune-workers', 'scale-api', 'false-alarm', 'escalate'],
    cases: [
      {
        finding: 'too few workers',
        leaf: 'tune-workers',
        because: '1 gunicorn workers in 1 containers serve every request',
        findings: { 'load.workers': processes(1) },
        ...slow,
      },
      {
        finding: 'no gunicorn at all',
        leaf: 'tune-workers',
        because: 'No gunicorn runs',
        findings: { 'load.workers': processes(0) },
        ...slow,
      },
      {
        finding: 'saturated workers',
        leaf: 'scale-api',
        because: '4 workers are saturated: 390 % of a core, p95 800 ms',
        findings: { 'load.use': stats({ count: 1, cpu: 3.9 }) },
        ...slow,
      },
      {
        finding: 'two replicas that are saturated',
        leaf: 'escalate',
        findings: { 'load.use': stats({ count: 2, cpu: 3.9 }) },
        ...slow,
      },
      { finding: 'an api that is quick', leaf: 'false-alarm' },
    ],
  },
  'saasguard/prediction-errors': {
    leaves: [
      'restore-model',
      'load-model',
      'build-churn-mart',
      'build-expansion-mart',
      'verify-customer',
      'model-server',
      'false-alarm',
      'escalate',
    ],
    cases: [
      {
        finding: 'model_not_loaded, though a mart is missed as well',
        leaf: 'restore-model',
        because: 'It reads them from /app/models',
        findings: { log: logs({ model: 2, churn: 4 }) },
      },
      { finding: 'a missing file', leaf: 'restore-model', findings: { files: noFile } },
      {
        finding: 'mart_unavailable',
        leaf: 'build-churn-mart',
        because: 'The mart of churn features is missing: a line of churn',
        findings: { log: logs({ churn: 3 }) },
      },
      {
        finding: 'expansion_feature_extractor.mart_unavailable',
        leaf: 'build-expansion-mart',
        findings: { log: logs({ expansion: 3 }) },
      },
      {
        finding: 'feature_extraction_failed, though a mart is missed as well',
        leaf: 'verify-customer',
        findings: { log: logs({ customer: 1, churn: 3, expansion: 2 }) },
      },
      {
        finding: 'models that a server gives',
        leaf: 'model-server',
        findings: {
          log: logs({ model: 1 }),
          artifacts: environment({ ZENML_STORE_URL: 'http://zenml:8080' }),
        },
      },
      { finding: 'predictions that succeed', leaf: 'false-alarm' },
      {
        finding: 'no known cause, told by the operator',
        leaf: 'escalate',
        signals: { predictionErrors: 3 },
        choose: { 'what-then': 'escalate' },
      },
    ],
  },
};

describe.each(Object.entries(runbooks))('%s', (id, { leaves, cases }) => {
  const runbook = runbookOf(id);

  it.each(cases)('with $finding comes to $leaf', (one) => {
    const { at, because, sure } = walkCase(runbook, well, one);
    expect(at).toBe(one.leaf);
    if (one.because !== undefined) expect(because).toContain(one.because);
    expect(sure).toBe(one.sure ?? true);
  });

  it('has these leaves, each of them reached, and gives everything what it takes', () => {
    holdsToItsLeaves(runbook, well, leaves, cases);
  });
});

describe('how saasguard reads a log', () => {
  const node = runbookOf('saasguard/prediction-errors').nodes.get('log');
  const classes = node?.kind === 'check' ? (node.with['classes'] as Record<string, string>) : {};
  const classOf = (line: string) =>
    Object.entries(classes).find(([, pattern]) => new RegExp(pattern, 'i').test(line))?.[0];

  it.each([
    ['2026-11-22 01:13:43 [error    ] model_not_loaded', 'model'],
    ["[error] predict_churn.error error='No such file: /app/models/churn_model.pkl'", 'model'],
    ['[warning] feature_extractor.mart_unavailable customer_id=c-1 fallback=raw_tables', 'churn'],
    ['[warning] expansion_feature_extractor.mart_unavailable customer_id=c-1', 'expansion'],
    ['[error] feature_extraction_failed customer_id=c-9', 'customer'],
    ["[error    ] predict_churn.error  customer_id=c-1 error='boom'", 'other'],
    ['[error] ZenML client: connection refused', 'model'],
    ['{"event":"model.loaded","path":"/app/models/churn_model.pkl"}', undefined],
    ['[info] model.loaded_from_zenml_mcp', undefined],
    ['[info] predict_churn.request', undefined],
  ])('%s is %s', (line, expected) => {
    expect(classOf(line)).toBe(expected);
  });
});
