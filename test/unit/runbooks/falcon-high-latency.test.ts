import { describe, expect, it } from 'vitest';
import { leavesOf } from '../../../src/runbooks/graph.ts';
import { opens } from '../../../src/runbooks/opens.ts';
import {
  calm,
  environment,
  type Findings,
  logs,
  MIB,
  NOW,
  ready,
  redisInfo,
  requests,
  session,
  sessions,
  stats,
  unready,
  well,
} from '../../fixtures/falcon/findings.ts';
import { holds, proofOf, refusedInputs } from '../../fixtures/falcon/proofs.ts';
import { type WalkGiven, walkFindings } from '../../fixtures/falcon/walk.ts';
import { falconRunbook, loaded, realCatalogue } from './falcon.ts';

const runbook = falconRunbook('falcon/high-latency');
const slow = { ...calm, p95: 2.4 };
const walk = (findings: Findings, signals: object = slow, more: Partial<WalkGiven> = {}) =>
  walkFindings(realCatalogue, runbook, {
    findings: { ...well, ...findings },
    signals: { ...signals },
    ...more,
  });

const blocker = session({ pid: 815, application: 'forgotten-migration', state: 'idle' });
const blocked = sessions({ waiting: 6, matching: 6, first: session(), pids: '7, 8', blocker });
const reports = sessions({ matching: 2, first: session(), pids: '4711, 4712' });
const slowCommand = {
  id: 7,
  at: NOW - 20_000,
  durationMs: 180,
  command: 'SORT big',
  client: 'c:1',
};

describe('falcon/high-latency', () => {
  it('loads with nothing to complain of', () => {
    expect(loaded.diagnostics.filter(({ file }) => file.endsWith('high-latency.yaml'))).toEqual([]);
    expect(runbook).toMatchObject({ severity: 'P2', key: 'l' });
  });

  it.each<[string, Findings, object, string, string]>([
    [
      'a session that holds the request logs',
      { 'postgres.sessions': blocked },
      slow,
      'database',
      'pid 815 (falcon forgotten-migration, idle) keeps 6 sessions of Postgres waiting: SELECT 1',
    ],
    [
      'slow queries beside slow writes',
      { 'postgres.sessions': reports },
      { ...slow, dbP95: 1.8 },
      'database',
      'Writing a request takes 1.80 s (p95), while 2 queries have run for more than 10s: SELECT 1',
    ],
    [
      'slow writes alone',
      {},
      { ...slow, dbP95: 1.8 },
      'restart-postgres',
      'Restart Postgres: the last resort, requests are held back meanwhile',
    ],
    [
      'a Postgres that is slow to answer, before anything was written',
      { 'postgres.ready': ready({ latencyMs: 900 }) },
      { ...slow, dbP95: undefined },
      'restart-postgres',
      'Restart Postgres: the last resort, requests are held back meanwhile',
    ],
    [
      'a Redis that is slow to answer',
      { 'redis.latency': { times: 20, minMs: 40, medianMs: 120, maxMs: 300 } },
      slow,
      'redis',
      'Restart Redis: the last resort, the cache is lost',
    ],
    [
      'slow commands',
      { 'redis.slowlog': { entries: [slowCommand], slowest: slowCommand } },
      slow,
      'redis',
      'Restart Redis: the last resort, the cache is lost',
    ],
    [
      'overloaded workers',
      { 'docker.stats': stats({ cpu: 0.97 }) },
      slow,
      'scale-workers',
      'The workers are overloaded: the busiest of 3 uses 97 % of a core, at 20 requests a second',
    ],
    [
      'a cache that is hardly hit',
      { 'docker.environment': environment({ CACHE_TTL_SECONDS: '3600' }) },
      { ...slow, hits: 0.08 },
      'raise-cache-ttl',
      'They stay for 3600 s',
    ],
    [
      'a cache that is hardly hit, with the default age',
      {},
      { ...slow, hits: 0.08 },
      'raise-cache-ttl',
      'They stay for 3600, as nothing else is set, s',
    ],
    [
      'a slow way to the workers',
      { 'bottleneck.gateway': requests(900) },
      slow,
      'network',
      'By the gateway a worker takes 900 ms, asked directly 4 ms: the time goes between them',
    ],
    [
      'a slow model',
      {},
      { ...slow, modelP95: 2.6 },
      'inference',
      'p95 is 2.40 s, 2.60 s where the model ran; neither database nor Redis, nor the load, nor the network explains it',
    ],
    [
      'load that five workers do not carry',
      { 'docker.stats': stats({ cpu: 0.97, count: 5 }) },
      slow,
      'inference',
      '5 workers run, and the busiest still uses 97 % of a core',
    ],
    [
      'a worker that is paused',
      {},
      { ...slow, container: { worker: 'paused' } },
      'worker-lost',
      'A worker is paused: the others carry its share',
    ],
    [
      'a release that breaks its breakers',
      { 'bottleneck.log': logs({ faulty: 5 }) },
      slow,
      'faulty-release',
      `5 calls of the workers ended with "'coroutine' object is not callable": the release can use neither cache nor database`,
    ],
    [
      'nothing any more',
      {},
      calm,
      'false-alarm',
      'p95 is 20 ms; database, Redis, load and cache are as they should be',
    ],
  ])('with %s reaches its leaf', (_, findings, signals, at, because) => {
    const known = Object.fromEntries(Object.entries(signals).filter(([, v]) => v !== undefined));
    expect(walk(findings, known)).toMatchObject({ at, because, sure: true });
  });

  it('has its leaves, and those of what it calls', () => {
    const own = leavesOf(runbook).flatMap(({ id }) => (id.includes(':') ? [] : [id]));
    expect(own.toSorted()).toEqual([
      'apply-cache-ttl',
      'database',
      'escalate',
      'false-alarm',
      'faulty-release',
      'inference',
      'network',
      'raise-cache-ttl',
      'redis',
      'redis-load',
      'restart-postgres',
      'scale-workers',
      'worker-lost',
    ]);
  });

  it('goes on in the runbook of what is down', () => {
    const hung = { 'postgres.ready': unready('it did not answer within 3 s', 'timeout') };
    const down = walk({ ...hung, 'bottleneck.sessions': new Error('no answer') });
    expect(down).toMatchObject({ at: 'database-down:restart-postgres', sure: true });
    const crowd = walk({ 'postgres.sessions': sessions({ usedShare: 0.97, matching: 70 }) });
    expect(crowd.at).toBe('database-down:terminate-long-queries');
    const open = { ...slow, breaker: { redis: 'open', postgres: 'closed' } };
    expect(walk({}, open).at).toBe('redis-down:await-recovery');
    const full = redisInfo({ usedMemory: 250 * MIB, policy: 'noeviction' });
    expect(walk({ 'redis.info': full }).path).toContain('redis-down');
  });

  it('does not hold a password of its own against Postgres', () => {
    const denied = { 'postgres.ready': unready('it refuses the password', 'denied') };
    const findings = { ...denied, 'bottleneck.sessions': new Error('denied') };
    expect(walk(findings)).toMatchObject({ at: 'inference', sure: true });
  });

  it('goes on with what it can read', () => {
    const names = 'gateway direct postgres sessions redis ping slowlog workers log'.split(' ');
    const nothing = Object.fromEntries(
      names.map((name) => [`bottleneck.${name}`, new Error('unreadable')]),
    );
    expect(walk(nothing)).toMatchObject({ at: 'inference', sure: true });
    expect(walk(nothing, {})).toMatchObject({ at: 'false-alarm', sure: true });
  });

  it('leaves long queries alone that slow no request down', () => {
    const findings = { 'postgres.sessions': reports };
    expect(walk(findings)).toMatchObject({ at: 'inference', sure: true });
    const unwritten = Object.fromEntries(Object.entries(slow).filter(([id]) => id !== 'dbP95'));
    expect(walk(findings, unwritten)).toMatchObject({ at: 'inference', sure: true });
  });

  it('measures for itself while no request was counted', () => {
    const absent = ['p95', 'dbP95', 'hits'];
    const early = Object.fromEntries(Object.entries(calm).filter(([id]) => !absent.includes(id)));
    expect(walk({}, early)).toMatchObject({
      at: 'false-alarm',
      because: 'A request takes 4 ms (p95 of 6)',
      sure: true,
    });
    const late = walk({ 'first-requests': requests(1800) }, early);
    expect(late).toMatchObject({ at: 'inference', because: 'A request takes 1800 ms (p95 of 6)' });
    expect(walk({ 'first-requests': requests(9, 2) }, early)).toMatchObject({ at: 'escalate' });
  });

  it('does not call a longer age of the cache a remedy where it is long', () => {
    const long = { 'docker.environment': environment({ CACHE_TTL_SECONDS: '7200' }) };
    expect(walk(long, { ...slow, hits: 0.08 })).toMatchObject({ at: 'inference', sure: true });
  });

  it('ends the one that blocks, else those that are slow', () => {
    expect(walk({ 'postgres.sessions': blocked }).given['pids']).toBe('815');
    const slowWrites = { ...slow, dbP95: 1.8 };
    expect(walk({ 'postgres.sessions': reports }, slowWrites).given['pids']).toBe('4711, 4712');
  });

  it('offers maintenance mode and looks upstream before it is handed on', () => {
    const usual = walk({}, slow, { from: 'still-slow' });
    expect(usual).toMatchObject({ at: 'escalate', path: ['still-slow', 'upstream', 'escalate'] });
    const choose = { 'still-slow': 'maintenance-mode' };
    expect(walk({}, slow, { from: 'still-slow', choose }).path).toEqual([
      'still-slow',
      'maintenance-mode',
      'upstream',
      'escalate',
    ]);
  });

  it('proves nothing that is not so', () => {
    const quick = proofOf(runbook, 'scale-workers', 'p95 is below');
    expect(quick).toMatchObject({ withinMs: 900_000, forMs: 60_000, signal: 'p95' });
    expect(holds(quick, { signals: slow })).toBe(false);
    expect(holds(quick, { signals: {} })).toBe(false);
    expect(holds(quick, { signals: calm })).toBe(true);
    const five = proofOf(runbook, 'scale-workers', '5 workers');
    expect(holds(five, { result: stats() })).toBe(false);
    expect(holds(five, { result: stats({ count: 5 }) })).toBe(true);
    const free = proofOf(runbook, 'database', 'No session waits');
    expect(holds(free, { result: blocked })).toBe(false);
    expect(holds(free, { result: sessions() })).toBe(true);
    const hits = proofOf(runbook, 'apply-cache-ttl', 'Look-ups hit');
    expect(hits.probe).toBeNull();
    expect(holds(hits, { signals: { hits: 0.1 } })).toBe(false);
    expect(holds(hits, { signals: { hits: 0.4 } })).toBe(true);
  });

  it('gives every probe and action what it takes', () => {
    const refused = refusedInputs(realCatalogue, runbook, { bottleneck: { sessions: blocked } });
    expect(refused.filter((line) => !line.includes('down:'))).toEqual([]);
  });

  it('opens on its alerts and on the state itself', () => {
    expect(opens(runbook, [{ name: 'VeryHighP95Latency', labels: {} }], {})).toBe(true);
    expect(opens(runbook, [{ name: 'LowCacheHitRate', labels: {} }], {})).toBe(true);
    expect(opens(runbook, [], { signals: slow })).toBe(true);
    expect(opens(runbook, [], { signals: calm })).toBe(false);
    expect(opens(runbook, [], { signals: {} })).toBe(false);
  });
});
