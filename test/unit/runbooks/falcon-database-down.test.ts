import { describe, expect, it } from 'vitest';
import { leavesOf } from '../../../src/runbooks/graph.ts';
import { opens } from '../../../src/runbooks/opens.ts';
import {
  calm,
  container,
  environment,
  type Findings,
  logs,
  NOW,
  ready,
  row,
  session,
  sessions,
  unready,
  well,
} from '../../fixtures/falcon/findings.ts';
import { holds, proofOf, refusedInputs } from '../../fixtures/falcon/proofs.ts';
import { type WalkGiven, walkFindings } from '../../fixtures/falcon/walk.ts';
import { falconRunbook, loaded, realCatalogue } from './falcon.ts';

const runbook = falconRunbook('falcon/database-down');
const open = { ...calm, breaker: { redis: 'closed', postgres: 'open' }, bufferedLogs: 12 };

const walk = (findings: Findings, more: Partial<WalkGiven> = {}) =>
  walkFindings(realCatalogue, runbook, {
    findings: { ...well, ...findings },
    signals: open,
    ...more,
  });

const older = {
  table: 'inference_logs',
  older: 41_000,
  estimatedRows: 60_000,
  oldest: '2023-08-01 00:00:00',
  before: '2023-10-15 22:13:20+00',
};
const crowd = sessions({
  used: 97,
  usedShare: 0.97,
  active: 74,
  matching: 74,
  longestQueryMs: 400_000,
  first: session(),
  pids: '4711',
});
const blocked = sessions({
  waiting: 6,
  matching: 4,
  blocker: session({ pid: 815, application: 'forgotten-migration', state: 'idle in transaction' }),
});

describe('falcon/database-down', () => {
  it('loads with nothing to complain of', () => {
    expect(loaded.diagnostics.filter(({ file }) => file.endsWith('database-down.yaml'))).toEqual(
      [],
    );
    expect(runbook).toMatchObject({ severity: 'P1', key: 'p' });
  });

  it.each<[string, Findings, string, string]>([
    [
      'a killed container',
      { container: container({ state: 'exited', exitCode: 137, ageMs: 130_000 }) },
      'restart-postgres',
      'Its last lines do not tell of a full disk',
    ],
    [
      'no container',
      { container: container({ found: false, state: null, candidates: ['db'] }) },
      'escalate',
      'There is no container of Postgres, but one of db: nothing to restart',
    ],
    [
      'a network cut',
      {
        'docker.network': {
          found: true,
          shared: false,
          networks: [],
          missingFrom: ['falcon-network'],
        },
      },
      'restart-postgres',
      'Postgres is cut off from the workers; it is not on falcon-network: restarting it reconnects it',
    ],
    [
      'a hung server',
      { answer: unready('PostgreSQL at p:5432 did not answer within 3 s', 'timeout') },
      'restart-postgres',
      'Postgres is running but lets nobody in: PostgreSQL at p:5432 did not answer within 3 s',
    ],
    [
      'a server that recovers',
      { answer: unready('it takes no connections now', 'unreachable', { starting: true }) },
      'await-recovery',
      'Postgres is on its way up: it takes no connections now',
    ],
    [
      'no connection left for anybody',
      { answer: unready('it has no connection left', 'failed', { full: true }) },
      'restart-postgres',
      'Not even this console gets a connection, so no session can be ended from here: it has no connection left',
    ],
    [
      'a password it refuses',
      { answer: unready('it refuses the password', 'denied') },
      'escalate',
      'it refuses the password: nothing that a restart would mend',
    ],
    [
      'a full disk it tells of itself',
      { answer: ready({ diskFull: true }), 'postgres.count': older },
      'purge-old-logs',
      '41000 rows of inference_logs are older than 30d, the oldest of 2023-08-01 00:00:00: deleting them makes room',
    ],
    [
      'a full disk that only its log tells of',
      {
        'trouble.postgresLog': logs({ disk: 9 }),
        'trouble.newest': row({ at: NOW - 90_000 }),
        'postgres.count': older,
      },
      'purge-old-logs',
      '41000 rows of inference_logs are older than 30d, the oldest of 2023-08-01 00:00:00: deleting them makes room',
    ],
    [
      'a full disk that only the workers tell of, its own log being out of reach',
      {
        'trouble.postgresLog': new Error('not read in time'),
        'trouble.workerLog': logs({ disk: 9 }),
        'trouble.newest': row({ at: NOW - 90_000 }),
        'postgres.count': older,
      },
      'purge-old-logs',
      '41000 rows of inference_logs are older than 30d, the oldest of 2023-08-01 00:00:00: deleting them makes room',
    ],
    [
      'a full disk and an empty table',
      { 'trouble.postgresLog': logs({ disk: 9 }), 'trouble.newest': row({ at: null }) },
      'escalate',
      'Hand it on: the disk has to grow, or younger rows to go',
    ],
    [
      'a session that holds the table',
      { 'postgres.sessions': blocked, 'trouble.newest': new Error('locked') },
      'end-blocker',
      'pid 815 (falcon forgotten-migration, idle in transaction) keeps 6 sessions waiting: SELECT 1',
    ],
    [
      'long queries on every connection',
      { 'postgres.sessions': crowd },
      'terminate-long-queries',
      '74 queries have run for more than 5m, the longest for 6m40s; 97 of 100 connections are taken',
    ],
    [
      'a pool without a connection',
      { 'trouble.workerLog': logs({ pool: 7 }) },
      'raise-pool-size',
      '7 times a worker waited in vain for a connection of its own pool, while Postgres has 23 of 100 taken',
    ],
    [
      'a release that breaks its breakers',
      { 'trouble.workerLog': logs({ faulty: 5 }) },
      'faulty-release',
      `Postgres is well, but 5 calls ended with "'coroutine' object is not callable": the release opens its breakers by itself`,
    ],
    [
      'an open breaker and a Postgres that is well',
      {},
      'await-recovery',
      'Postgres is well, but the breaker is open: it closes only with traffic',
    ],
  ])('with %s reaches its leaf', (_, findings, at, because) => {
    expect(walk(findings)).toMatchObject({ at, because, sure: true });
  });

  it('asks for room before a start that would fail again', () => {
    const findings = {
      container: container({ state: 'exited', exitCode: 1 }),
      'last-words': logs({ disk: 1 }),
    };
    expect(walk(findings)).toMatchObject({
      at: 'no-room-to-start',
      because: 'Its last words: a line of disk',
    });
    const choose = { 'no-room-to-start': 'restart-postgres' };
    expect(walk(findings, { choose }).at).toBe('restart-postgres');
  });

  it('does not raise a pool that is large already', () => {
    const walked = walk(
      { 'trouble.workerLog': logs({ pool: 7 }) },
      { signals: { ...open, poolSize: 40 } },
    );
    expect(walked).toMatchObject({ at: 'escalate', sure: true });
    expect(walked.because).toContain('though it may keep 40 already');
  });

  it('does not hold complaints of a disk against it that are older than the last row', () => {
    const findings = { 'trouble.postgresLog': logs({ disk: 9 }, NOW - 120_000) };
    expect(walk(findings)).toMatchObject({ at: 'await-recovery', sure: true });
  });

  it('asks what to do with many sessions of which none runs long', () => {
    const idle = sessions({ used: 95, usedShare: 0.95, idle: 90 });
    expect(walk({ 'postgres.sessions': idle })).toMatchObject({ at: 'crowded' });
  });

  it('goes on without the logs, and without a login asks', () => {
    const silent = {
      'trouble.postgresLog': new Error('gone'),
      'trouble.workerLog': new Error('gone'),
    };
    expect(walk(silent)).toMatchObject({ at: 'await-recovery', sure: true });
    expect(walk({ answer: new Error('nobody says how to log in') })).toMatchObject({
      at: 'answer',
    });
  });

  it('knows that no counter of lost entries is no lost entry', () => {
    expect(walk({}, { signals: calm })).toMatchObject({ at: 'false-alarm', sure: true });
    const lossy = walk({}, { signals: { ...calm, droppedLogs: 3 } });
    expect(lossy).toMatchObject({ at: 'await-recovery', sure: true });
    expect(lossy.because).toBe('The breaker is closed, yet 3 entries a second were lost');
    const silent = walk({}, { signals: { ...calm, droppedLogs: 0 } });
    expect(silent).toMatchObject({ at: 'false-alarm', sure: true });
  });

  it.each([
    ['flushed buffers', logs({ flushed: 3 }), open, 'logged-again'],
    ['buffers that are kept', logs(), open, 'buffers-kept'],
    ['no buffer ever', logs(), calm, 'logged-again'],
  ])('after the restart shows %s', (_, found, signals, at) => {
    expect(walk({ buffers: found }, { from: 'buffers', signals })).toMatchObject({
      at,
      sure: true,
    });
  });

  it('after the long queries raises the pool, unless it is large enough', () => {
    const small = { 'docker.environment': environment({ POSTGRES_POOL_SIZE: '20' }) };
    const large = { 'docker.environment': environment({ POSTGRES_POOL_SIZE: '40' }) };
    const from = { from: 'pool-size' };
    expect(walk(small, from)).toMatchObject({ at: 'raise-pool-size', sure: true });
    expect(walk({}, from)).toMatchObject({ at: 'raise-pool-size', sure: true });
    expect(walk(large, from)).toMatchObject({ at: 'buffers-kept', sure: true });
  });

  it('ends exactly the session that was found, and tells what Postgres takes', () => {
    const ended = walk({ 'postgres.sessions': blocked });
    expect(ended.given).toEqual({ service: 'postgres', pids: 815 });
    const raised = walk({ 'trouble.workerLog': logs({ pool: 7 }) });
    expect(raised.impact).toContain('150 connections; Postgres takes 100');
  });

  it('proves nothing that is not so', () => {
    const logged = proofOf(runbook, 'restart-postgres', 'New requests');
    expect(holds(logged, { result: row({ fresh: 0 }) })).toBe(false);
    expect(holds(logged, { result: row({ fresh: 4 }) })).toBe(true);
    const noDrops = proofOf(runbook, 'restart-postgres', 'No more entries');
    expect(holds(noDrops, { signals: calm })).toBe(true);
    expect(holds(noDrops, { signals: { ...calm, droppedLogs: 0.2 } })).toBe(false);
    expect(holds(noDrops, { signals: {} })).toBe(false);
    const gone = proofOf(runbook, 'purge-old-logs', 'The old rows');
    const steps = { 'old-logs': older };
    expect(holds(gone, { result: older, steps })).toBe(false);
    expect(holds(gone, { result: { ...older, older: 12 }, steps })).toBe(true);
    const free = proofOf(runbook, 'terminate-long-queries', 'They are gone');
    expect(holds(free, { result: crowd })).toBe(false);
    expect(holds(free, { result: sessions() })).toBe(true);
    const applied = proofOf(runbook, 'apply-pool-size', 'Every worker');
    const env = (value: string) =>
      environment({ POSTGRES_POOL_SIZE: value })({ names: ['POSTGRES_POOL_SIZE'] });
    expect(holds(applied, { result: env('20') })).toBe(false);
    expect(holds(applied, { result: env('40') })).toBe(true);
  });

  it('gives every probe and action what it takes', () => {
    const steps = { sessions: blocked, 'old-logs': older };
    expect(refusedInputs(realCatalogue, runbook, steps)).toEqual([]);
  });

  it('leads from each remedy to the next', () => {
    const next = Object.fromEntries(
      leavesOf(runbook).flatMap((leaf) => (leaf.kind === 'do' ? [[leaf.id, leaf.then]] : [])),
    );
    expect(next).toEqual({
      'restart-postgres': 'buffers',
      'purge-old-logs': 'vacuum-logs',
      'vacuum-logs': 'buffers',
      'end-blocker': 'buffers',
      'terminate-long-queries': 'pool-size',
      'raise-pool-size': 'apply-pool-size',
      'apply-pool-size': null,
    });
  });

  it('opens on lost entries and on the state itself', () => {
    expect(opens(runbook, [{ name: 'DatabaseLogsDropped', labels: {} }], {})).toBe(true);
    const redis = { name: 'CircuitBreakerOpen', labels: { dependency: 'redis' } };
    expect(opens(runbook, [redis], { signals: calm })).toBe(false);
    expect(opens(runbook, [], { signals: open })).toBe(true);
  });
});
