import { describe, expect, it } from 'vitest';
import { leavesOf } from '../../../src/runbooks/graph.ts';
import { reachableFrom } from '../../../src/runbooks/lint.ts';
import { opens, opensOnAlert } from '../../../src/runbooks/opens.ts';
import { renderValues } from '../../../src/templates/template.ts';
import { proofOf, holds as proven } from '../../fixtures/falcon/proofs.ts';
import { falconRunbook, loaded, realCatalogue } from './falcon.ts';
import {
  container,
  environment,
  images,
  info,
  killed,
  logs,
  looping,
  ready,
  response,
  responses,
  restarts,
  silent,
  stats,
} from './falcon-answers.ts';
import { type Answers, NOW, walkWith } from './falcon-walk.ts';

const runbook = falconRunbook('falcon/high-error-rate');
const MIB = 1024 ** 2;
const classes = ['dummy', 'loaded', 'memory', 'inference', 'redis', 'database'];

const readyz = (model_loaded: boolean) =>
  response({
    ready: true,
    checks: { model_loaded, redis_available: true, database_available: true },
  });
const file = {
  found: true,
  exists: true,
  missing: [],
  kind: 'file',
  sizeBytes: 4 * MIB,
  modifiedAt: NOW - 86_400_000,
  mode: '644',
  uid: 0,
  gid: 0,
  startedAt: NOW - 3_600_000,
};
const failing = { inference: 'Inference failed: X has 512 features' };
const postgres = { ...container, name: 'falcon-postgres', service: 'postgres' };
const ill = { ...ready, reachable: false, error: 'Postgres has no connection left', kind: 'full' };

/** A share of the requests fails, and everything they need is well: a bad release. */
const base: Answers = {
  'signals.value': { known: true, value: 0.31 },
  'docker.container gateway': { ...container, name: 'falcon-nginx', service: 'nginx' },
  'http.request gateway': responses(Array.from({ length: 6 }, () => readyz(true))),
  'docker.environment': environment({ MODEL_PATH: '/app/models/classifier.pkl' }),
  'docker.file': file,
  'docker.logs': logs(classes, failing),
  'docker.container redis': container,
  'redis.info': info,
  'docker.container postgres': postgres,
  'postgres.ready': ready,
  'docker.restarts': restarts(),
  'docker.stats': stats(185 * MIB),
  'docker.images': images(),
};
const errors = { errors: 0.31 };

const findings: readonly (readonly [string, Answers, string, string])[] = [
  [
    'a bad release',
    {},
    'rollback',
    'fails all the same, 4 times in its log: it runs 1.1.0 of 2023-11-14T22:03:20Z, before it there was 1.0.0',
  ],
  [
    'a bad release without an image from before',
    { 'docker.images': images(false) },
    'rollback-commit',
    'the engine holds no image from before 1.1.0',
  ],
  [
    'a model that one of the workers did not load',
    { 'http.request gateway': responses([readyz(true), readyz(false), readyz(true)]) },
    'reload-model',
    'It is there (4.0M), but a worker did not load it',
  ],
  [
    'no model file, which /readyz does not know',
    {
      'docker.file': {
        ...file,
        exists: false,
        missing: ['falcon-worker-1'],
        kind: null,
        sizeBytes: null,
        modifiedAt: null,
        mode: '644',
        uid: 0,
        gid: 0,
      },
    },
    'retrain-model',
    'It is missing in falcon-worker-1',
  ],
  [
    'a dummy in place of a model that came later',
    {
      'docker.logs': logs(classes, {
        dummy: 'Model file not found at /x, will create dummy model',
      }),
    },
    'reload-model',
    'answers with a dummy: 4 lines',
  ],
  [
    'a dummy of before the model was loaded',
    {
      'docker.logs': logs(
        classes,
        { ...failing, dummy: 'Creating dummy model', loaded: 'Model loaded successfully' },
        { dummy: NOW - 60_000, loaded: NOW - 30_000 },
      ),
    },
    'rollback',
    'fails all the same',
  ],
  [
    'Redis killed',
    { 'docker.container redis': { ...container, ...killed } },
    'restart-redis',
    'Redis is exited, exit 137; the workers do without it, but more slowly',
  ],
  ['a silent Redis', { 'redis.info': silent }, 'restart-redis', 'did not answer within 3 s'],
  [
    'Postgres killed',
    { 'docker.container postgres': { ...postgres, ...killed } },
    'restart-postgres',
    'Postgres is exited, exit 137; the workers keep their logs in memory',
  ],
  [
    'a silent Postgres',
    { 'postgres.ready': { ...ready, reachable: false, error: 'it did not answer' } },
    'restart-postgres',
    'Postgres is running but does not answer: it did not answer',
  ],
  [
    'a worker killed at its limit',
    {
      'docker.restarts': looping({ exitCode: 137, oomKilled: true, state: 'running' }),
      'docker.environment': environment({ MODEL_PATH: null, DEBUG_MEMORY_GROWTH: 'false' }),
    },
    'restart-worker',
    'It is false',
  ],
  [
    'a worker near its limit, and a switch that is not set',
    {
      'docker.stats': stats(126 * MIB, 128 * MIB),
      'docker.environment': environment({ MODEL_PATH: null, DEBUG_MEMORY_GROWTH: null }),
    },
    'restart-worker',
    'It is not set',
  ],
  [
    'a gateway that is down',
    { 'docker.container gateway': { ...container, ...killed } },
    'restart-gateway',
    'The gateway is exited (exit 137)',
  ],
  [
    'no worker at all',
    { 'docker.environment': { ...environment({ MODEL_PATH: null }), found: false } },
    'escalate',
    'no container',
  ],
];

describe('falcon/high-error-rate', () => {
  it('loads with nothing to complain of', () => {
    expect(
      loaded.diagnostics.filter(({ file: at }) => at.endsWith('high-error-rate.yaml')),
    ).toEqual([]);
  });

  it.each(findings)('with %s reaches its leaf', async (_, answers, leaf, because) => {
    const found = await walkWith(runbook, { ...base, ...answers }, errors);
    const input = leaf === 'rollback-commit';
    expect(found).toMatchObject({ end: input ? 'input' : 'leaf', at: leaf, leastSure: null });
    expect(found.because).toContain(because);
  });

  it('reaches the same leaf without a metric that appears with the first request', async () => {
    const unknown = { ...base, 'signals.value': { known: false, value: null } };
    const found = await walkWith(runbook, unknown, {});
    expect(found).toMatchObject({ leaf: 'rollback', leastSure: null });
    const [share] = found.path;
    expect(share?.taken?.because).toContain('the workers count requests from the first one on');
  });

  it.each([
    [
      'a crash loop',
      { 'docker.restarts': looping(), 'http.request gateway': responses([response(null, 502)]) },
      'crash-loop',
    ],
    ['a full Postgres', { 'postgres.ready': { ...ill, full: true } }, 'database-trouble'],
    [
      'the switch that makes memory grow',
      {
        'docker.restarts': looping({ exitCode: 137, state: 'running' }),
        'docker.environment': environment({ MODEL_PATH: null, DEBUG_MEMORY_GROWTH: 'true' }),
      },
      'memory-growth',
    ],
  ])('with %s goes on in the runbook for that', async (_, answers, call) => {
    const found = await walkWith(runbook, { ...base, ...answers }, errors);
    expect(found.path.map(({ step }) => step)).toContain(call);
    expect(runbook.nodes.get(call)).toMatchObject({ kind: 'call' });
  });

  it('rolls nothing back when requests succeed again', async () => {
    const found = await walkWith(runbook, base, { errors: 0.001 });
    expect(found).toMatchObject({ at: 'no-cause', end: 'operator' });
    const quiet = { ...base, 'docker.logs': logs(classes) };
    expect(await walkWith(runbook, quiet, {})).toMatchObject({ at: 'no-cause' });
  });

  it('judges a Redis and a Postgres that it may not ask by their containers', async () => {
    const denied = {
      ...base,
      'redis.info': new Error('wants a password'),
      'postgres.ready': new Error('no login'),
    };
    expect(await walkWith(runbook, denied, errors)).toMatchObject({ leaf: 'rollback' });
  });

  it('loads a model again that was written after a worker had started, whatever its log still tells', async () => {
    const late = { ...file, modifiedAt: NOW - 60_000 };
    const quiet = { ...base, 'docker.file': late, 'docker.logs': logs(classes) };
    expect(await walkWith(runbook, quiet, errors)).toMatchObject({ leaf: 'reload-model' });
  });

  it('takes the ten requests for good only as answers that no cache gave', () => {
    const leaf = runbook.nodes.get('rollback');
    const spec = leaf?.kind === 'do' ? leaf.verify.at(-1) : undefined;
    const holds = (answer: ReturnType<typeof response>) =>
      spec?.until.evaluate({ result: responses([answer]) });
    expect(holds(response({ cache_hit: false }))).toEqual({ kind: 'decided', holds: true });
    expect(holds(response({ cache_hit: true }))).toEqual({ kind: 'decided', holds: false });
    expect(holds(response({ detail: {} }, 500))).toEqual({ kind: 'decided', holds: false });
    expect(spec).toMatchObject({ forMs: 20_000, everyMs: 2000 });
    const texts = [1, 2].map((attempt) =>
      renderValues(spec?.with ?? {}, { run: { id: 'R', attempt } }),
    );
    expect(texts[0]).not.toEqual(texts[1]);
  });

  it.each([
    'reload-model',
    'restart-redis',
    'rollback',
    'restart-gateway',
    'recreate-workers',
    'trial',
  ])('does not take %s for proved while workers miss something, or are full', (leaf) => {
    const holds = (title: string, result: unknown) =>
      proven(proofOf(runbook, leaf, title), { result });
    const found = (checks: object) => responses([readyz(true), response({ ready: true, checks })]);
    const all = 'The workers find their model';
    expect(holds(all, responses([readyz(true)]))).toBe(true);
    expect(holds(all, found({}))).toBe(true);
    expect(holds(all, responses([response({ ready: true })]))).toBe(true);
    expect(holds(all, found({ redis_available: false }))).toBe(false);
    expect(holds(all, found({ database_available: false }))).toBe(false);
    expect(holds(all, responses([readyz(false)]))).toBe(false);
    const model = 'Every worker was started with';
    expect(holds(model, file)).toBe(true);
    expect(holds(model, { ...file, exists: false })).toBe(false);
    expect(holds(model, { ...file, modifiedAt: NOW - 60_000 })).toBe(false);
    expect(holds(model, { ...file, startedAt: null })).toBe(true);
    const room = 'No worker is near the end';
    expect(holds(room, stats(200 * MIB))).toBe(true);
    expect(holds(room, stats(250 * MIB, 256 * MIB))).toBe(false);
  });

  it('proves the rollback by the image that runs', () => {
    const leaf = runbook.nodes.get('rollback');
    const spec = leaf?.kind === 'do' ? leaf.verify[0] : undefined;
    const steps = { release: images() };
    const after = { ...images(), running: images().previous };
    expect(spec?.until.evaluate({ steps, result: images() })).toEqual({
      kind: 'decided',
      holds: false,
    });
    expect(spec?.until.evaluate({ steps, result: after })).toEqual({
      kind: 'decided',
      holds: true,
    });
  });

  it('gives a commit to git as one argument', () => {
    const leaf = runbook.nodes.get('rollback-commit');
    const values =
      leaf?.kind === 'do' ? renderValues(leaf.with, { inputs: { commit: 'abc1234' } }) : {};
    expect(realCatalogue.action('shell.run')?.input.parse(values)).toMatchObject({
      command: ['git', 'checkout', '--detach', { value: 'abc1234' }],
    });
  });

  it('opens on its alerts and on the share itself', () => {
    for (const name of ['HighErrorRate', 'VeryHighErrorRate']) {
      expect(opensOnAlert(runbook, { name, labels: {} })).toBe(true);
    }
    expect(opens(runbook, [], { signals: { errors: 0.06 } })).toBe(true);
    expect(opens(runbook, [], { signals: { errors: 0.05 } })).toBe(false);
    expect(opens(runbook, [], { signals: {} })).toBe(false);
  });

  it('has its leaves, each on a path', () => {
    const own = leavesOf(runbook).flatMap(({ id }) => (id.includes(':') ? [] : [id]));
    expect(own.toSorted()).toEqual([
      'build',
      'escalate',
      'recreate-workers',
      'reload-model',
      'restart-gateway',
      'restart-postgres',
      'restart-redis',
      'restart-worker',
      'retrain-model',
      'rollback',
      'rollback-commit',
      'trial',
    ]);
    const reached = reachableFrom(runbook.nodes, runbook.start);
    expect(own.filter((id) => !reached.has(id))).toEqual([]);
  });
});
