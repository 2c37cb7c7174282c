import { describe, expect, it } from 'vitest';
import { container, logs, NOW } from '../../fixtures/falcon/findings.ts';
import { holds, proofOf } from '../../fixtures/falcon/proofs.ts';
import {
  answered,
  file,
  hostDisk,
  images,
  noFile,
  page,
  room,
  running,
  settings,
  unanswered,
  wrote,
} from '../../fixtures/packs/answers.ts';
import { well } from '../../fixtures/packs/saasguard.ts';
import { type Case, holdsToItsLeaves, runbookOf, walkCase } from './packs.ts';

const psi = (values: Readonly<Record<string, number>>) => ({
  'look.psi': page('saasguard_drift_psi_by_feature', 'feature', values),
  'look.dbt': container({
    state: 'exited',
    exitCode: 0,
    finishedAt: NOW - 1000,
    ageMs: 86_400_000,
  }),
  'look.pipeline': wrote('[{"conclusion":"success"}]'),
  'look.segments': wrote('{"moved":0.01,"tier":"free","customers":900}'),
});
const drifts = psi({ mrr: 0.31, tenure_days: 0.02, events_last_30d: 0.05 });

const runbooks: Readonly<Record<string, { leaves: readonly string[]; cases: readonly Case[] }>> = {
  'saasguard/model-drift': {
    leaves: [
      'watch',
      'refresh-data',
      'test-data',
      'retrain',
      'close-ticket',
      'retrained',
      'new-segment',
      'escalate-primary',
      'escalate-systemic',
      'false-alarm',
      'escalate',
    ],
    cases: [
      { finding: 'PSI 0.15', leaf: 'watch', findings: psi({ mrr: 0.15 }) },
      {
        finding: 'PSI of exactly 0.20',
        leaf: 'watch',
        because: 'PSI 0.2, between 0.10 and 0.20: moderate',
        findings: psi({ mrr: 0.2, events_last_30d: 0.2, avg_adoption_score: 0.2 }),
      },
      {
        finding: 'a failed dbt run',
        leaf: 'refresh-data',
        because: 'PSI 0.31, and the last dbt run ended with exit 2: the marts are stale',
        findings: { ...drifts, 'look.dbt': container({ state: 'exited', exitCode: 2 }) },
      },
      {
        finding: 'a skipped pipeline',
        leaf: 'refresh-data',
        findings: { ...drifts, 'look.pipeline': wrote('[{"conclusion":"skipped"}]') },
      },
      {
        finding: 'a dbt that has not run this week',
        leaf: 'refresh-data',
        because: 'dbt has not run this week, but 9d ago: the marts are stale',
        findings: {
          ...drifts,
          'look.dbt': container({
            state: 'exited',
            exitCode: 0,
            finishedAt: NOW - 777_600_000,
            ageMs: 777_600_000,
          }),
        },
      },
      {
        finding: 'healthy data',
        leaf: 'retrain',
        because: 'PSI 0.31, though the data is fresh and the segments stand: behaviour has changed',
        findings: drifts,
      },
      {
        finding: 'segments that moved',
        leaf: 'new-segment',
        because: 'PSI 0.31, and the share of free customers moved by 24 %',
        findings: {
          ...drifts,
          'look.segments': wrote('{"moved":0.24,"tier":"free","customers":900}'),
        },
      },
      {
        finding: 'a primary feature',
        leaf: 'escalate-primary',
        findings: psi({ mrr: 0.3, events_last_30d: 0.21 }),
      },
      {
        finding: 'the other primary feature',
        leaf: 'escalate-primary',
        findings: psi({ avg_adoption_score: 0.4 }),
      },
      {
        finding: 'three features, a primary one among them, and stale data',
        leaf: 'escalate-systemic',
        findings: {
          ...psi({ mrr: 0.3, events_last_30d: 0.3, tenure_days: 0.21 }),
          'look.dbt': container({ state: 'exited', exitCode: 2 }),
        },
      },
      { finding: 'no drift', leaf: 'false-alarm', findings: psi({ mrr: 0.05 }) },
    ],
  },
  'saasguard/data-refresh': {
    leaves: [
      'run-models',
      'run-tests',
      'store-failures',
      'done',
      'failures-kept',
      'wait',
      'escalate',
    ],
    cases: [
      {
        finding: 'failed tests',
        leaf: 'store-failures',
        because: '4 lines of failed tests: a line of tests',
        findings: { 'last.log': logs({ tests: 4 }) },
      },
      {
        finding: 'a run that passed',
        leaf: 'done',
        findings: { 'last.container': container({ state: 'exited', exitCode: 0 }) },
      },
      {
        finding: 'models that failed',
        leaf: 'run-models',
        findings: {
          'last.container': container({ state: 'exited', exitCode: 2 }),
          'last.log': logs({ models: 1 }),
        },
      },
      { finding: 'a run under way', leaf: 'wait', findings: { 'last.container': container() } },
    ],
  },
  'saasguard/duckdb-permissions': {
    leaves: ['fix-owner', 'fix-mode', 'fix-on-host', 'not-there', 'false-alarm', 'escalate'],
    cases: [
      {
        finding: 'a wrong owner',
        leaf: 'fix-owner',
        because: 'It belongs to 0:0, mode 600; the api runs as 999:999',
        findings: { 'file.data': file({ uid: 0, gid: 0, mode: '600' }) },
      },
      {
        finding: 'a wrong mode',
        leaf: 'fix-mode',
        because: 'It belongs to the api, but its mode is 400',
        findings: { 'file.data': file({ mode: '400' }) },
      },
      {
        finding: 'an api that does not run',
        leaf: 'fix-on-host',
        findings: { 'file.user': wrote('', 1) },
      },
      { finding: 'no file', leaf: 'not-there', findings: { 'file.data': noFile } },
      { finding: 'nothing wrong', leaf: 'false-alarm' },
    ],
  },
  'saasguard/drift-baseline': {
    leaves: ['in-docker', 'locally', 'in-ci', 'present'],
    cases: [
      {
        finding: 'none, in a folder of the image',
        leaf: 'in-docker',
        findings: { file: noFile, mounts: wrote('0', 0) },
      },
      {
        finding: 'none, in a folder of the host',
        leaf: 'locally',
        findings: { file: noFile, mounts: wrote('1') },
      },
      {
        finding: 'none in CI, told by the operator',
        leaf: 'in-ci',
        findings: { file: noFile, mounts: wrote('', 126) },
        choose: { 'which-way': 'in-ci' },
      },
      { finding: 'a baseline that is there', leaf: 'present' },
    ],
  },
  'saasguard/retrain': {
    leaves: [
      'repro',
      'accuracy-gates',
      'push-artifacts',
      'load-model',
      'tag-model',
      'push-tag',
      'rejected',
      'escalate',
    ],
    cases: [{ finding: 'a training asked for', leaf: 'repro' }],
  },
  'saasguard/model-rollback': {
    leaves: ['restore-files', 'restore-artifacts', 'load-model', 'no-tags', 'escalate'],
    cases: [
      { finding: 'tags to choose from', leaf: 'restore-files', because: 'model-v3, model-v2' },
      { finding: 'no tags', leaf: 'no-tags', findings: { 'tags.known': wrote('') } },
    ],
  },
};

const released = {
  'source.branch': wrote('main'),
  'source.changes': wrote(''),
  'source.tag': wrote(''),
};
const onGroq = { 'settings.other': settings('LLM_PROVIDER') };

const operated: typeof runbooks = {
  'saasguard/release': {
    leaves: [
      'blocked',
      'not-main',
      'tag-release',
      'push-tag',
      'pipeline',
      'pull',
      'deploy',
      'pipeline-failed',
      'back-out',
    ],
    cases: [
      { finding: 'everything in order', leaf: 'tag-release', findings: { ...released, ...onGroq } },
      {
        finding: 'a required setting that is missing',
        leaf: 'blocked',
        because: '1 required settings are not as they should be, first DUCKDB_PATH',
        findings: { ...released, 'settings.required': settings('DUCKDB_PATH') },
      },
      {
        finding: 'a default secret',
        leaf: 'blocked',
        findings: { ...released, 'settings.secret': settings('SUPERSET_SECRET_KEY') },
      },
      {
        finding: 'groq without its key',
        leaf: 'blocked',
        because: 'The provider is groq, and GROQ_API_KEY is missing',
        findings: { ...released, ...onGroq, 'settings.groq': settings('GROQ_API_KEY') },
      },
      {
        finding: 'another provider without that key',
        leaf: 'tag-release',
        findings: { ...released, 'settings.groq': settings('GROQ_API_KEY') },
      },
      {
        finding: 'uncommitted changes',
        leaf: 'not-main',
        findings: { ...released, 'source.changes': wrote(' M src/api.py') },
      },
      {
        finding: 'a tag that is there already',
        leaf: 'push-tag',
        findings: { ...released, 'source.tag': wrote('v0.9.1') },
      },
    ],
  },
  'saasguard/rollback': {
    leaves: ['roll-back', 'pull-image', 'escalate'],
    cases: [
      { finding: 'an image from before', leaf: 'roll-back' },
      { finding: 'none', leaf: 'pull-image', findings: { 'docker.images': images(false) } },
    ],
  },
  'saasguard/emergency-stop': {
    leaves: ['stop-api', 'restore-api', 'escalate'],
    cases: [
      {
        finding: 'a running api, as the operator says',
        leaf: 'stop-api',
        choose: { which: 'stop-api' },
      },
      {
        finding: 'an api that was stopped',
        leaf: 'restore-api',
        findings: { container: container({ state: 'exited' }) },
      },
    ],
  },
  'saasguard/build-validation': {
    leaves: ['build-data-gen', 'build-prod', 'smoke-test', 'build-failed', 'no-room'],
    cases: [
      { finding: 'room to build', leaf: 'build-data-gen' },
      { finding: 'no room', leaf: 'no-room', findings: { 'host.disk': hostDisk(0.97) } },
      {
        finding: 'no room where images are built',
        leaf: 'no-room',
        because: 'The disk of the engine is 97 % full',
        findings: { 'room.engine': room(0.97) },
      },
    ],
  },
  'saasguard/diagnostics': {
    leaves: ['well', 'cors', 'not-known'],
    cases: [
      {
        finding: 'all well',
        leaf: 'well',
        findings: {
          'look.cors': answered({ status: 'ok' }, 200, {
            'access-control-allow-origin': 'http://localhost:8088',
          }),
        },
      },
      { finding: 'an origin that is not allowed', leaf: 'cors' },
      {
        finding: 'an engine that does not answer',
        leaf: 'not-known',
        findings: {
          'look.api': new Error('the engine does not answer'),
          'look.cors': unanswered(),
        },
      },
    ],
  },
};

describe.each(Object.entries({ ...runbooks, ...operated }))('%s', (id, { leaves, cases }) => {
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

describe('what saasguard calls', () => {
  it('sends its health check to what helps', () => {
    const runbook = runbookOf('saasguard/diagnostics');
    const down = { 'look.api': running({ state: 'exited' }) };
    const { path } = walkCase(runbook, well, { findings: down });
    expect(path).toContain('api-liveness');
  });

  it('proves the data-gen stage by all three artifacts, and the image by its user', () => {
    const runbook = runbookOf('saasguard/build-validation');
    const artifacts = proofOf(runbook, 'build-data-gen', 'It holds');
    const all = 'churn_model.pkl\nchurn_training_baseline.json\nexpansion_model.pkl';
    expect(holds(artifacts, { result: wrote(all) })).toBe(true);
    expect(holds(artifacts, { result: wrote('churn_model.pkl') })).toBe(false);
    const user = proofOf(runbook, 'build-prod', 'It does not run as root');
    expect(holds(user, { result: wrote('999') })).toBe(true);
    expect(holds(user, { result: wrote('0') })).toBe(false);
  });

  it('takes a release for passed only when every run of its tag has succeeded', () => {
    const runbook = runbookOf('saasguard/release');
    const spec = proofOf(runbook, 'pipeline', 'Every run');
    const node = runbook.nodes.get('pipeline-result');
    const [passes] = node?.kind === 'check' ? node.branches : [];
    const runs = (...conclusions: readonly string[]) =>
      wrote(JSON.stringify(conclusions.map((conclusion) => ({ status: 'completed', conclusion }))));
    const under = wrote('[{"status":"in_progress","conclusion":""}]');
    const ended = (result: unknown) => holds(spec, { result });
    const passed = (result: unknown) =>
      holds({ ...spec, until: passes?.when ?? spec.until }, { result });
    expect(passes?.to).toBe('pull');
    expect([ended(runs('success', 'failure')), ended(under), ended(runs())]).toEqual([
      true,
      false,
      false,
    ]);
    expect(passed(runs('success', 'success'))).toBe(true);
    expect(passed(runs('success', 'failure'))).toBe(false);
    expect(passed(runs())).toBe(false);
  });
});
