import { describe, expect, it } from 'vitest';
import {
  container,
  logs,
  ready,
  row,
  session,
  sessions,
  unready,
} from '../../fixtures/falcon/findings.ts';
import { engineDisk, hostDisk, room, wrote } from '../../fixtures/packs/answers.ts';
import { well } from '../../fixtures/packs/featuresignals.ts';
import { sizes } from '../../fixtures/packs/region-answers.ts';
import { type Case, holdsToItsLeaves, runbookOf, walkCase } from './packs.ts';

const GIB = 1024 ** 3;
const full = { used: 97, usedShare: 0.97, total: 97 };
const standby = (behind: number, unsent = 0) =>
  row({ standby: 'replica', state: 'streaming', behind, unsent });
const replica = (unreplayed: number) =>
  row({ standby: true, received: '0/5000000', replayed: '0/4000000', unreplayed });
const quiet = {
  'positions.sent': standby(1000),
  'positions.replica': replica(0),
  'positions.writers': sessions(),
};
const lost = { 'positions.primary': unready('nobody listens', 'unreachable') };
const archiving = { 'room.archive': row({ mode: 'on', failed: 0, failing: false }) };

const runbooks: Readonly<Record<string, { leaves: readonly string[]; cases: readonly Case[] }>> = {
  'featuresignals/pool-exhausted': {
    leaves: [
      'restart-server',
      'end-stuck-transactions',
      'raise-max-connections',
      'restart-postgres',
      'more-replicas',
      'false-alarm',
      'escalate',
    ],
    cases: [
      {
        finding: 'a pool that has leaked',
        leaf: 'restart-server',
        because: '97 of 100 connections are taken, and 93 of them do nothing: a pool has leaked',
        findings: {
          'sessions.stuck': sessions(),
          'sessions.all': sessions({ ...full, idle: 93, active: 4 }),
        },
      },
      {
        finding: 'no connection left for this console',
        leaf: 'restart-server',
        findings: { answer: unready('too many clients already', 'failed', { full: true }) },
      },
      {
        finding: 'connections that all work',
        leaf: 'raise-max-connections',
        because: '97 of 100 connections are taken, and 92 of them work: there are too few',
        findings: {
          'sessions.stuck': sessions(),
          'sessions.all': sessions({ ...full, idle: 5, active: 92 }),
        },
      },
      {
        finding: 'transactions that are stuck',
        leaf: 'end-stuck-transactions',
        because: '12 sessions are idle in a transaction for more than 5m, first pid 4711',
        findings: {
          'sessions.all': sessions({ ...full, idle: 80, active: 4, idleInTransaction: 13 }),
          'sessions.stuck': sessions({
            matching: 12,
            first: session({ state: 'idle in transaction' }),
          }),
        },
      },
      {
        finding: 'clients sent away a while ago, and more replicas wanted',
        leaf: 'more-replicas',
        findings: { 'sessions.log': logs({ full: 9 }) },
        choose: { 'what-then': 'more-replicas' },
      },
      { finding: 'free connections', leaf: 'false-alarm' },
      {
        finding: 'a password it refuses',
        leaf: 'escalate',
        findings: { answer: unready('no', 'denied') },
      },
    ],
  },
  'featuresignals/slow-queries': {
    leaves: [
      'cancel-query',
      'end-blocker',
      'enable-pg-stat-statements',
      'restart-postgres',
      'create-statements',
      'inspect-statements',
      'escalate',
    ],
    cases: [
      {
        finding: 'a query that runs long',
        leaf: 'cancel-query',
        because: '2 queries run for more than 1s, the longest, pid 4711, for 6m40s: SELECT 1',
        findings: { 'running.slow': sessions({ matching: 2, first: session() }) },
      },
      {
        finding: 'a session that blocks others',
        leaf: 'end-blocker',
        findings: { 'running.blocking': sessions({ waiting: 3, blocker: session({ pid: 815 }) }) },
      },
      {
        finding: 'no statistics of statements',
        leaf: 'enable-pg-stat-statements',
        because:
          'No query is slow now, and none is remembered: the statistics of statements are off',
        findings: { 'running.statements': row({ libraries: '', created: 0 }) },
      },
      {
        finding: 'statistics that this database does not show',
        leaf: 'create-statements',
        findings: { 'running.statements': row({ libraries: 'pg_stat_statements', created: 0 }) },
      },
      { finding: 'statistics that tell', leaf: 'inspect-statements' },
      {
        finding: 'sessions that cannot be read',
        leaf: 'escalate',
        findings: { 'postgres.sessions': new Error('no') },
      },
    ],
  },
  'featuresignals/replication-lag': {
    leaves: [
      'replica-resources',
      'pause-heavy-writes',
      'stop-primary',
      'fail-over',
      'restart-servers',
      'caught-up',
      'no-standby',
      'false-alarm',
      'escalate',
    ],
    cases: [
      {
        finding: 'a replica that replays too slowly',
        leaf: 'replica-resources',
        because: 'It has received 0/5000000 and replayed 0/4000000, 1.0G less',
        findings: { ...quiet, 'positions.sent': standby(GIB), 'positions.replica': replica(GIB) },
      },
      {
        finding: 'a replica that receives too slowly',
        leaf: 'replica-resources',
        findings: { ...quiet, 'positions.sent': standby(GIB, GIB) },
      },
      {
        finding: 'heavy writes',
        leaf: 'pause-heavy-writes',
        findings: {
          ...quiet,
          'positions.sent': standby(GIB),
          'positions.writers': sessions({ matching: 1, first: session(), pids: '4711' }),
        },
      },
      {
        finding: 'a primary that is lost, and an approved procedure',
        leaf: 'fail-over',
        findings: { ...quiet, ...lost, former: container({ state: 'exited', exitCode: 1 }) },
        choose: { approval: 'procedure' },
      },
      {
        finding: 'a primary that hangs, and an approved procedure',
        leaf: 'stop-primary',
        findings: { ...quiet, ...lost },
        choose: { approval: 'procedure' },
      },
      {
        finding: 'no standby',
        leaf: 'no-standby',
        findings: {
          ...quiet,
          'positions.sent': row(null),
          'positions.replica': new Error('no replica'),
        },
      },
      { finding: 'a replica that is close', leaf: 'false-alarm', findings: quiet },
      {
        finding: 'nothing that can be read',
        leaf: 'escalate',
        findings: {
          'positions.primary': new Error('no'),
          'postgres.query': new Error('no'),
          'postgres.sessions': new Error('no'),
        },
      },
    ],
  },
  'featuresignals/disk-full': {
    leaves: [
      'prune-images-logs',
      'prune-cache',
      'prune-logs',
      'pruned',
      'vacuum',
      'expand-volume',
      'archive-wal',
      'false-alarm',
      'escalate',
    ],
    cases: [
      {
        finding: 'images that nobody uses',
        leaf: 'prune-images-logs',
        because:
          'The disk of the engine is 91 % full, 9G free, and 30G of it are images that nobody uses',
        findings: { ...archiving, 'room.engine': room(0.91), 'room.docker': engineDisk(30 * GIB) },
      },
      {
        finding: 'what builds left behind',
        leaf: 'prune-cache',
        because: 'The disk of the engine is 91 % full, 9G free, and builds have left 30G on it',
        findings: {
          ...archiving,
          'room.engine': room(0.91),
          'room.docker': engineDisk(0, 30 * GIB),
        },
      },
      {
        finding: 'a journal that is large',
        leaf: 'prune-logs',
        findings: {
          ...archiving,
          'room.engine': room(0.91),
          'room.journal': wrote('Archived and active journals take up 23.9G in the file system.'),
        },
      },
      {
        finding: 'a disk of the engine that is full of other things',
        leaf: 'expand-volume',
        findings: {
          ...archiving,
          'room.engine': room(0.91),
          'room.journal': wrote('Archived and active journals take up 614.4M in the file system.'),
        },
      },
      {
        finding: 'dead rows',
        leaf: 'vacuum',
        because: 'The data volume is 93 % full, 7G free, and 600000 dead rows take room on it',
        findings: { ...archiving, 'room.data': room(0.93), 'room.sizes': sizes(600_000) },
      },
      {
        finding: 'a volume that is too small',
        leaf: 'expand-volume',
        findings: { ...archiving, 'room.data': room(0.93) },
      },
      {
        finding: 'WAL that cannot be archived',
        leaf: 'archive-wal',
        findings: {
          'room.data': room(0.93),
          'room.archive': row({ mode: 'on', failed: 41, failing: true }),
          'room.sizes': sizes(600_000),
        },
      },
      { finding: 'room', leaf: 'false-alarm', findings: archiving },
      {
        finding: 'a full host of which nobody knows why',
        leaf: 'prune-images-logs',
        findings: { ...archiving, 'room.host': hostDisk(0.9) },
        choose: { 'what-goes': 'prune-images-logs' },
      },
    ],
  },
  'featuresignals/restore-backup': {
    leaves: ['stop-writers', 'restore-dump', 'restored', 'start-stack', 'incomplete', 'escalate'],
    cases: [
      { finding: 'a whole stack', leaf: 'stop-writers' },
      {
        finding: 'a stack without a dashboard',
        leaf: 'incomplete',
        findings: { 'writers.dashboard': container({ found: false }) },
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

describe('a fail-over', () => {
  const runbook = runbookOf('featuresignals/replication-lag');

  it('is never recommended: a person approves it', () => {
    const { path } = walkCase(runbook, well, { findings: { ...quiet, ...lost } });
    expect(path).toContain('approval');
    expect(path).not.toContain('procedure');
  });

  it('stops the former primary before it promotes, and is proved by the replica itself', () => {
    const [stop, promote] = ['stop-primary', 'fail-over'].map((id) => runbook.nodes.get(id));
    expect(stop).toHaveProperty('then', 'fail-over');
    expect(stop).toHaveProperty('otherwise', 'escalate');
    const spec = promote?.kind === 'do' ? promote.verify[0] : undefined;
    const standing = (answer: object) => spec?.until.evaluate({ result: answer });
    expect(standing(ready({ standby: false }))).toEqual({ kind: 'decided', holds: true });
    expect(standing(ready({ standby: true }))).toEqual({ kind: 'decided', holds: false });
  });
});
