import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DatabaseSession } from '../../../src/domain/database.ts';
import { blockingTree, longest } from '../../../src/domain/database-blocking.ts';

const session = (pid: number, change: Partial<DatabaseSession> = {}): DatabaseSession => ({
  id: `${pid} 2026`,
  pid,
  backendType: 'client backend',
  backendStart: 0,
  backendStartText: '2026-01-01 00:00:00+00',
  user: 'u',
  database: 'd',
  application: '',
  client: null,
  state: 'active',
  waitEventType: null,
  waitEvent: null,
  transactionStart: null,
  queryStart: null,
  stateChange: null,
  query: '',
  blockedBy: [],
  ...change,
});

const drawn = (sessions: readonly DatabaseSession[]) =>
  blockingTree(sessions).map(({ pid, depth, waiters }) => [pid, depth, waiters]);

it('draws nothing while nobody waits', () => {
  expect(blockingTree([session(1), session(2)])).toEqual([]);
});

it('draws the root with the most waiters first, and below it the longest waiting first', () => {
  const sessions = [
    session(1),
    session(2, { blockedBy: [1], queryStart: 50 }),
    session(3),
    session(4, { blockedBy: [3], queryStart: 90 }),
    session(5, { blockedBy: [3], queryStart: 80 }),
  ];
  expect(drawn(sessions)).toEqual([
    [3, 0, 2],
    [5, 1, 0],
    [4, 1, 0],
    [1, 0, 1],
    [2, 1, 0],
  ]);
});

it('draws who stands behind several once, behind the last of them', () => {
  const sessions = [
    session(1),
    session(2, { blockedBy: [1] }),
    session(3, { blockedBy: [1, 2] }),
    session(4, { blockedBy: [1, 2, 3] }),
  ];
  expect(drawn(sessions)).toEqual([
    [1, 0, 3],
    [2, 1, 2],
    [3, 2, 1],
    [4, 3, 0],
  ]);
});

it('draws a second blocker as well, though its waiter stands below the first', () => {
  const sessions = [session(1), session(2), session(3, { blockedBy: [1, 2] })];
  expect(drawn(sessions)).toEqual([
    [1, 0, 1],
    [3, 1, 0],
    [2, 0, 1],
  ]);
});

it('keeps a blocker that is not among the sessions', () => {
  const [root, waiter] = blockingTree([session(7, { blockedBy: [0] })]);
  expect(root).toEqual({ pid: 0, session: null, depth: 0, waiters: 1 });
  expect(waiter?.session?.pid).toBe(7);
});

it('draws a circle, which the server has yet to break, once', () => {
  const sessions = [session(1, { blockedBy: [2] }), session(2, { blockedBy: [1] })];
  expect(drawn(sessions)).toEqual([
    [2, 0, 1],
    [1, 1, 1],
  ]);
});

it('draws everyone who waits or blocks exactly once, whatever waits for whom', () => {
  const pid = fc.integer({ min: 0, max: 30 });
  const waits = fc.dictionary(
    fc.integer({ min: 1, max: 30 }).map(String),
    fc.uniqueArray(pid, { minLength: 1, maxLength: 5 }),
  );
  fc.assert(
    fc.property(waits, (byPid) => {
      const sessions = Object.entries(byPid).map(([name, blockedBy]) =>
        session(Number(name), { blockedBy: blockedBy.filter((one) => one !== Number(name)) }),
      );
      const nodes = blockingTree(sessions);
      const concerned = new Set(
        sessions.flatMap((one) => (one.blockedBy.length === 0 ? [] : [one.pid, ...one.blockedBy])),
      );
      expect(nodes.map((node) => node.pid).sort()).toEqual([...concerned].sort());
      for (const { pid: one, waiters } of nodes) {
        const direct = sessions.filter(({ blockedBy }) => blockedBy.includes(one));
        expect(waiters).toBeGreaterThanOrEqual(direct.length);
      }
    }),
  );
});

it('finds the longest query among those that run, the longest transaction among all', () => {
  const sessions = [
    session(1, { state: 'idle', queryStart: 100 }),
    session(2, { state: 'idle in transaction', queryStart: 200, transactionStart: 150 }),
    session(3, { queryStart: 400, transactionStart: 300 }),
    session(4, { queryStart: 350, transactionStart: 320 }),
  ];
  const { query, transaction } = longest(sessions, 1000);
  expect([query?.session.pid, query?.durationMs]).toEqual([4, 650]);
  expect([transaction?.session.pid, transaction?.durationMs]).toEqual([2, 850]);
  expect(longest(sessions.slice(0, 1), 1000)).toEqual({ query: null, transaction: null });
  expect(longest([session(9, { queryStart: 1200 })], 1000).query?.durationMs).toBe(0);
});
