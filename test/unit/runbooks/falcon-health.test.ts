import { describe, expect, it } from 'vitest';
import { falconPack, falconRunbook, loaded } from './falcon.ts';
import {
  container,
  info,
  killed,
  logs,
  looping,
  ready,
  response,
  restarts,
  silent,
  stats,
} from './falcon-answers.ts';
import { type Answers, walkWith } from './falcon-walk.ts';

const runbook = falconRunbook('falcon/health');
const GIB = 1024 ** 3;

const well: Answers = {
  'docker.restarts worker': restarts(),
  'docker.stats worker': stats(0.2 * GIB),
  'docker.container gateway': container,
  'docker.container redis': container,
  'redis.info': info,
  'docker.container postgres': container,
  'postgres.ready': ready,
  'http.check': response({ ready: true }),
  'docker.logs worker': logs([]),
};
const calm = {
  rate: 20,
  errors: 0,
  p95: 0.1,
  breaker: { redis: 'closed', postgres: 'closed' },
};
const lost = new Error('the engine does not answer');

const findings: readonly (readonly [string, Answers, object, string, string])[] = [
  ['all well', {}, {}, 'well', '3 workers, Redis and Postgres are up and answer; 0 errors'],
  [
    'a crashing worker',
    { 'docker.restarts worker': looping() },
    {},
    'worker-crash-loop',
    '1 of 3 workers crash',
  ],
  [
    'Redis down',
    { 'docker.container redis': { ...container, ...killed } },
    {},
    'redis-down',
    'Redis is exited',
  ],
  ['a silent Redis', { 'redis.info': silent }, {}, 'redis-down', 'did not answer within 3 s'],
  [
    'an open breaker of Redis',
    {},
    { breaker: { redis: 'open', postgres: 'closed' } },
    'redis-down',
    'Redis answers, but its breaker is open',
  ],
  [
    'Postgres down',
    { 'docker.container postgres': { ...container, ...killed } },
    {},
    'database-down',
    'Postgres is exited',
  ],
  [
    'lost log entries',
    {},
    { droppedLogs: 3 },
    'database-down',
    'its breaker is closed, and 3 log entries a second are lost',
  ],
  [
    'both breakers open with nothing behind them',
    {},
    { breaker: { redis: 'open', postgres: 'open' } },
    'breakers-stuck',
    'Redis and Postgres answer, and yet both breakers are open',
  ],
  [
    'the gateway down',
    { 'docker.container gateway': { ...container, ...killed } },
    {},
    'high-error-rate',
    'nobody reaches a worker',
  ],
  ['errors', {}, { errors: 0.12 }, 'high-error-rate', '12 % of the requests fail'],
  ['slow answers', {}, { p95: 2.5 }, 'high-latency', 'p95 is 2.5'],
  [
    'much memory',
    { 'docker.stats worker': stats(1.5 * GIB) },
    {},
    'memory-growth',
    'falcon-worker-1 uses 1.5G',
  ],
  ['no traffic', {}, { rate: 0 }, 'no-traffic', 'no request comes'],
];

describe('falcon/health', () => {
  it('loads with nothing to complain of, and every key of the pack is one of its own', () => {
    expect(loaded.diagnostics.filter(({ file }) => file.endsWith('health.yaml'))).toEqual([]);
    const keys = falconPack().runbooks.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each(findings)('with %s names what to open next', async (_, answers, live, next, because) => {
    const found = await walkWith(runbook, { ...well, ...answers }, { ...calm, ...live });
    const [look] = found.path;
    expect(look?.taken).toMatchObject({ to: next, sure: true });
    expect(look?.taken?.because).toContain(because);
  });

  it('before the first request says that nothing is known of it, and does not fail', async () => {
    const found = await walkWith(runbook, well, {});
    expect(found).toMatchObject({ leaf: 'no-traffic', leastSure: null });
    expect(found.because).toContain('only with requests');
  });

  it('says what could not be looked at', async () => {
    const found = await walkWith(
      runbook,
      { ...well, 'docker.container redis': lost, 'redis.info': lost },
      calm,
    );
    expect(found).toMatchObject({ leaf: 'not-known' });
    expect(found.because).toContain('the engine does not answer');
    const blind = Object.fromEntries(Object.keys(well).map((key) => [key, lost]));
    expect(await walkWith(runbook, blind, calm)).toMatchObject({ leaf: 'not-known' });
  });

  it('leads by a call into the runbook that it names', () => {
    const calls = [...runbook.nodes.values()].flatMap((node) =>
      node.kind === 'call' && !node.id.includes(':') ? [[node.id, node.runbook]] : [],
    );
    expect(Object.fromEntries(calls)).toEqual({
      'worker-crash-loop': 'falcon/worker-crash-loop',
      'redis-down': 'falcon/redis-down',
      'database-down': 'falcon/database-down',
      'high-error-rate': 'falcon/high-error-rate',
      'high-latency': 'falcon/high-latency',
      'memory-growth': 'falcon/memory-growth',
    });
  });
});
