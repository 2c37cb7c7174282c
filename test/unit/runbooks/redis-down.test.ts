import { describe, expect, it } from 'vitest';
import { evaluateBranches } from '../../../src/runbooks/evaluate.ts';
import {
  type AskStep,
  type CheckStep,
  type GatherStep,
  isLeaf,
  leavesOf,
} from '../../../src/runbooks/graph.ts';
import { opens, opensOnAlert } from '../../../src/runbooks/opens.ts';
import { walk } from '../../../src/runbooks/walk.ts';
import { renderValues } from '../../../src/templates/template.ts';
import { falconRunbook, loaded, realCatalogue } from './falcon.ts';
import { logs } from './falcon-answers.ts';
import {
  clients,
  container,
  info,
  MIB,
  NOW,
  network,
  silent,
  slow,
  slowlog,
} from './redis-answers.ts';

const runbook = falconRunbook('falcon/redis-down');

const well: Readonly<Record<string, unknown>> = {
  'docker.container': container,
  'docker.network': network,
  'redis.info': info,
  'redis.slowlog': slowlog,
  'redis.clients': clients,
  'docker.logs': logs(['faulty']),
};
const signals = {
  breaker: { redis: 'open', postgres: 'closed' },
  container: { redis: 'running' },
  evictions: 0,
};

interface Diagnosed {
  readonly leaf: string | null;
  readonly at: string;
  readonly because: string;
  readonly sure: boolean;
}

type Question = CheckStep | GatherStep | AskStep;

/** What a step finds, parsed by the probe's own schema, so that these answers are ones it could give. */
function answered(node: Question, answers: Readonly<Record<string, unknown>>): object {
  const parsed = (id: string) => realCatalogue.probe(id)?.result.parse(answers[id]);
  if (node.kind === 'ask') return {};
  if (node.kind === 'check') return { result: parsed(node.probe) };
  const found = node.probes.map(({ as, probe }) => [
    as,
    answers[probe] === undefined ? null : parsed(probe),
  ]);
  return { result: Object.fromEntries(found) };
}

/** Walks as the background diagnosis does, following what is recommended, asks included. */
function diagnose(answers: Readonly<Record<string, unknown>>, live: object = signals): Diagnosed {
  let last = { because: '', sure: true };
  for (let at = runbook.start, turns = 0; turns < runbook.nodes.size; turns += 1) {
    const node = runbook.nodes.get(at);
    if (node === undefined) throw new Error(`no node ${at}`);
    if (isLeaf(node)) return { leaf: at, at, ...last };
    if (!['check', 'gather', 'ask'].includes(node.kind)) throw new Error(`${at} is no question`);
    const turn = evaluateBranches(node as Question, {
      signals: { ...live },
      run: { now: NOW, id: 'R-1' },
      ...answered(node as Question, answers),
    });
    if (turn === null) return { leaf: null, at, ...last };
    last = { because: turn.because, sure: last.sure && turn.sure };
    at = turn.to;
  }
  throw new Error('it went round in a circle');
}

const full = { usedMemory: 250 * MIB, usedMemoryHuman: '250M' };

describe('falcon/redis-down', () => {
  it('loads against what the integrations really offer, with nothing to complain of', () => {
    expect(loaded.diagnostics).toEqual([]);
    expect(runbook).toMatchObject({ severity: 'P1', key: 'd', watch: ['p95', 'errors', 'hits'] });
  });

  it('judges a server that answers only now and then by its load', () => {
    const silence = realCatalogue.probe('redis.info')?.result.parse(silent);
    const turnOf = (id: string) => {
      const node = runbook.nodes.get(id);
      if (node?.kind !== 'check') throw new Error(`${id} is no check`);
      return evaluateBranches(node, { signals, run: { now: NOW }, result: silence });
    };
    expect(turnOf('memory')).toMatchObject({ to: 'load', sure: true });
    expect(turnOf('load')).toMatchObject({
      to: 'inspect-load',
      because: expect.stringContaining('only now and then'),
      sure: true,
    });
  });

  it('tells a server too busy to answer from one that hangs, by its processor', () => {
    const answers = { ...well, 'redis.info': silent };
    expect(diagnose(answers, { ...signals, cpu: { redis: 0.99 } })).toMatchObject({
      leaf: 'inspect-load',
      because: 'Redis is too busy to answer: it keeps 99 % of a core',
      sure: true,
    });
    const hung = { leaf: 'restart-redis', sure: true };
    expect(diagnose(answers, { ...signals, cpu: { redis: 0 } })).toMatchObject(hung);
    expect(diagnose(answers, { ...signals, cpu: { worker: 1 } })).toMatchObject(hung);
  });

  it.each([
    [
      'a killed container',
      { 'docker.container': { ...container, state: 'exited', exitCode: 137, ageMs: 130_000 } },
      'restart-redis',
      'Redis is exited (exit 137), for 2m10s',
    ],
    [
      'a container out of memory',
      {
        'docker.container': {
          ...container,
          state: 'exited',
          exitCode: 137,
          oomKilled: true,
          ageMs: 5_000,
        },
      },
      'restart-redis',
      'Redis is exited (exit 137), killed for want of memory, for 5s',
    ],
    [
      'a frozen container',
      { 'docker.container': { ...container, state: 'paused' } },
      'restart-redis',
      'Redis is paused, for 1h',
    ],
    [
      'no container at all',
      { 'docker.container': { ...container, found: false, candidates: ['redis-1'] } },
      'escalate',
      'There is no container of Redis, but one of redis-1: nothing to restart',
    ],
    [
      'a network cut',
      {
        'docker.network': {
          ...network,
          shared: false,
          networks: [],
          missingFrom: ['falcon-network'],
        },
      },
      'restart-redis',
      'Redis is cut off from the workers; it is not on falcon-network: restarting it reconnects it',
    ],
    [
      'a hung server',
      { 'redis.info': silent },
      'restart-redis',
      'Redis is running but silent: Redis at 10.0.0.5:6379 did not answer within 3 s',
    ],
    [
      'a server that is loading',
      { 'redis.info': { ...silent, error: 'Redis at r:1 is still loading its data' } },
      'await-recovery',
      'Redis is reading its data back in; it answers when that is done',
    ],
    [
      'a server stuck in a script',
      { 'redis.info': { ...silent, error: 'Redis at r:1 is busy with a script' } },
      'inspect-load',
      'Redis at r:1 is busy with a script: it works, on one thing only',
    ],
    [
      'a password it wants',
      { 'redis.info': { ...silent, error: 'Redis at r:1 wants a password' } },
      'escalate',
      'Redis at r:1 wants a password: nothing that a restart would mend',
    ],
    [
      'full under noeviction',
      { 'redis.info': { ...info, ...full, policy: 'noeviction', rejectsWrites: true } },
      'raise-maxmemory',
      'Allow it 512 MB: nothing is lost',
    ],
    [
      'full beyond the raise',
      {
        'redis.info': {
          ...info,
          usedMemory: 1000 * MIB,
          maxMemory: 1024 * MIB,
          policy: 'noeviction',
        },
      },
      'flush-cache',
      'Empty the cache: room at once, and it fills again',
    ],
    [
      'a server that is slow to answer',
      { 'redis.info': { ...info, latencyMs: 340.7 } },
      'inspect-load',
      'It takes 341 ms to answer, at 180 operations a second from 12 clients',
    ],
    [
      'many operations',
      { 'redis.info': { ...info, opsPerSecond: 61_000 } },
      'inspect-load',
      '61000 operations a second from 12 clients',
    ],
    [
      'slow commands',
      { 'redis.slowlog': { entries: [slow], slowest: slow } },
      'inspect-load',
      'The slowest command took 180 ms: SORT big',
    ],
    [
      'blocked clients',
      { 'redis.clients': { ...clients, blocked: 11 } },
      'inspect-load',
      '11 of 12 clients wait in a blocking command',
    ],
    [
      'an open breaker and a Redis that is well',
      {},
      'await-recovery',
      'Redis is well, but the breaker is open: it closes only with traffic',
    ],
    [
      'an open breaker, and a log that cannot be read',
      { 'docker.logs': undefined },
      'await-recovery',
      'Redis is well, but the breaker is open: it closes only with traffic',
    ],
    [
      'a release that opens its breakers by itself',
      { 'docker.logs': logs(['faulty'], { faulty: "'coroutine' object is not callable" }) },
      'faulty-release',
      `Redis is well, but 4 calls ended with "'coroutine' object is not callable": the release opens its breakers by itself`,
    ],
  ])('with %s reaches its leaf', (_, answers, leaf, because) => {
    expect(diagnose({ ...well, ...answers })).toEqual({ leaf, at: leaf, because, sure: true });
  });

  it('with evictions under a full cache recommends more memory', () => {
    const answers = { ...well, 'redis.info': { ...info, ...full } };
    const diagnosed = diagnose(answers, { ...signals, evictions: 450 });
    expect(diagnosed).toMatchObject({ leaf: 'raise-maxmemory', sure: true });
    expect(diagnose(answers, { ...signals, evictions: 100 }).leaf).toBe('await-recovery');
  });

  it('does not take a server without a limit for a full one', () => {
    const answers = {
      ...well,
      'redis.info': { ...info, maxMemory: 0, maxMemoryHuman: 'no limit' },
    };
    expect(diagnose(answers)).toMatchObject({ leaf: 'await-recovery', sure: true });
  });

  it('does not hold old slow commands against it', () => {
    const old = { ...slow, at: NOW - 3_600_000 };
    const answers = { ...well, 'redis.slowlog': { entries: [old], slowest: old } };
    expect(diagnose(answers).leaf).toBe('await-recovery');
  });

  it('with nothing wrong any more recommends the false alarm', () => {
    const closed = { ...signals, breaker: { redis: 'closed' } };
    expect(diagnose(well, closed)).toMatchObject({ leaf: 'false-alarm', sure: true });
  });

  it('asks where no check names a cause', () => {
    const unhealthy = {
      ...signals,
      breaker: { redis: 'closed' },
      container: { redis: 'unhealthy' },
    };
    expect(diagnose(well, unhealthy)).toMatchObject({ leaf: null, at: 'no-cause' });
  });

  it('is not sure while evictions are not known yet', () => {
    const answers = { ...well, 'redis.info': { ...info, ...full } };
    const { evictions: _, ...early } = signals;
    expect(diagnose(answers, early)).toMatchObject({ leaf: 'await-recovery', sure: false });
  });

  it('has exactly its leaves, each of them on a path', () => {
    const leaves = leavesOf(runbook).map(({ id }) => id);
    expect(leaves.toSorted()).toEqual([
      'await-recovery',
      'escalate',
      'false-alarm',
      'faulty-release',
      'flush-cache',
      'inspect-load',
      'raise-maxmemory',
      'restart-redis',
    ]);
    const { paths, cut } = walk(runbook, realCatalogue);
    expect(cut).toBe(false);
    expect(new Set(paths.map(({ leaf }) => leaf))).toEqual(new Set(leaves));
  });

  it('opens on its own alerts, while they are pending, and on the state itself', () => {
    expect(
      opensOnAlert(runbook, { name: 'CircuitBreakerOpen', labels: { dependency: 'redis' } }),
    ).toBe(true);
    expect(
      opensOnAlert(runbook, { name: 'CircuitBreakerOpen', labels: { dependency: 'postgres' } }),
    ).toBe(false);
    expect(opensOnAlert(runbook, { name: 'ContainerDown', labels: { service: 'worker' } })).toBe(
      false,
    );
    expect(opens(runbook, [{ name: 'ContainerDown', labels: { service: 'redis' } }], {})).toBe(
      true,
    );
    expect(opens(runbook, [], { signals })).toBe(true);
    expect(opens(runbook, [], { signals: { container: { redis: 'exited' } } })).toBe(true);
    expect(
      opens(runbook, [], {
        signals: { breaker: { redis: 'closed' }, container: { redis: 'running' } },
      }),
    ).toBe(false);
    expect(opens(runbook, [], { signals: {} })).toBe(false);
  });

  it('calls every probe and action with inputs they accept once filled', () => {
    const scope = { signals, run: { id: 'R-1', attempt: 2, now: NOW } };
    for (const node of runbook.nodes.values()) {
      const specs = node.kind === 'do' || node.kind === 'verify' ? node.verify : [];
      for (const { probe, with: input } of specs) {
        const schema = realCatalogue.probe(probe ?? '')?.input;
        expect(schema?.safeParse(renderValues(input, scope)).success).toBe(true);
      }
      if (node.kind !== 'do') continue;
      const action = realCatalogue.action(node.action);
      expect(action?.input.safeParse(renderValues(node.with, scope)).success).toBe(true);
      expect(node.risk).toBe(action?.risk);
      expect(node.irreversible === null).toBe(action?.undo.kind === 'action');
    }
  });

  it('proves the cache only by a miss and then a hit of a text that was never seen', () => {
    const node = runbook.nodes.get('restart-redis');
    const spec = node?.kind === 'do' ? node.verify.at(-1) : undefined;
    const answered = (first: boolean | null, second: boolean | null) => {
      const of = (cache_hit: boolean | null) =>
        cache_hit === null ? { status: null, json: null } : { status: 200, json: { cache_hit } };
      return spec?.until.evaluate({ result: { first: of(first), second: of(second) } });
    };
    expect(answered(false, true)).toEqual({ kind: 'decided', holds: true });
    expect(answered(false, false)).toEqual({ kind: 'decided', holds: false });
    expect(answered(true, true)).toEqual({ kind: 'decided', holds: false });
    expect(answered(false, null)?.kind).toBe('undecided');
    const texts = [1, 2].map((attempt) =>
      JSON.stringify(renderValues(spec?.with ?? {}, { run: { id: 'R-1', attempt } })),
    );
    expect(texts[0]).not.toBe(texts[1]);
    expect(texts[0]).toContain('R-1 1');
  });
});
