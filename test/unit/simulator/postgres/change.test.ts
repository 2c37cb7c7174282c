import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/domain/clock.ts';
import { changed } from '../../../../src/simulator/postgres/change.ts';
import { blockersOf, inDeadlock } from '../../../../src/simulator/postgres/locks.ts';
import { memoryDatabase, newDatabase } from '../../../../src/simulator/postgres/memory.ts';
import { followPrimary } from '../../../../src/simulator/postgres/replication.ts';
import type {
  DatabaseChange,
  DatabaseState,
  LockMode,
} from '../../../../src/simulator/postgres/world.ts';

const NOW = 1_700_000_000_000;

const become = (state: DatabaseState, ...changes: readonly DatabaseChange[]) =>
  changes.reduce((one, change) => changed(one, change, NOW), state);

const session = (pid: number, more: object = {}): DatabaseChange => ({
  kind: 'connect',
  session: { pid, user: 'app', database: 'shop', application: `app-${pid}`, ...more },
});

const lock = (pid: number, mode: LockMode, row: string | null = null): DatabaseChange => ({
  kind: 'lock',
  lock: { pid, mode, target: { table: 'public.orders', row } },
});

const busy = {
  state: 'active',
  query: 'UPDATE orders SET note = 1',
  transactionStart: NOW - 5000,
  queryStart: NOW - 4000,
};

const waits = ({ sessions }: DatabaseState) =>
  sessions.map(({ pid, waitEvent, waitEventType }) => [pid, waitEventType, waitEvent]);

describe('locks of a simulated database', () => {
  const three = become(newDatabase(NOW), session(1), session(2, busy), session(3, busy));

  it('lets stand beside each other what PostgreSQL does', () => {
    const held = become(three, lock(1, 'AccessShareLock'), lock(2, 'RowExclusiveLock'));
    expect(held.locks.every(({ granted }) => granted)).toBe(true);
    const other = become(held, lock(3, 'ShareLock'));
    expect(other.locks.at(-1)?.granted).toBe(false);
    expect(blockersOf(other, 3)).toEqual([2]);
  });

  it('lets a later one wait behind an earlier that waits', () => {
    const queue = become(
      three,
      lock(1, 'AccessShareLock'),
      lock(2, 'AccessExclusiveLock'),
      lock(3, 'AccessShareLock'),
    );
    expect(blockersOf(queue, 2)).toEqual([1]);
    expect(blockersOf(queue, 3)).toEqual([2]);
    expect(waits(queue)).toEqual([
      [1, 'Client', 'ClientRead'],
      [2, 'Lock', 'relation'],
      [3, 'Lock', 'relation'],
    ]);
    const freed = become(queue, { kind: 'terminate', pid: 2 });
    expect(freed.locks.map(({ granted, pid }) => [pid, granted])).toEqual([
      [1, true],
      [3, true],
    ]);
    expect(waits(freed).at(-1)).toEqual([3, null, null]);
  });

  it('knows rows apart, and all of them', () => {
    const rows = become(three, lock(1, 'ExclusiveLock', 'a'), lock(2, 'ExclusiveLock', 'b'));
    expect(rows.locks.every(({ granted }) => granted)).toBe(true);
    const all = become(rows, lock(3, 'ExclusiveLock', '*'));
    expect([...blockersOf(all, 3)].sort()).toEqual([1, 2]);
    expect(waits(all).at(-1)).toEqual([3, 'Lock', 'transactionid']);
  });

  it('finds who waits for itself', () => {
    const crossed = become(
      three,
      lock(1, 'ExclusiveLock', 'a'),
      lock(2, 'ExclusiveLock', 'b'),
      lock(1, 'ExclusiveLock', 'b'),
    );
    expect(inDeadlock(crossed, 1)).toBe(false);
    expect(inDeadlock(become(crossed, lock(2, 'ExclusiveLock', 'a')), 2)).toBe(true);
  });

  it('ends the query that is cancelled, and lets go of what it waited for', () => {
    const queue = become(three, lock(1, 'AccessExclusiveLock'), lock(2, 'AccessShareLock'));
    const cancelled = become(queue, { kind: 'cancel', pid: 2 });
    expect(cancelled.locks.map(({ pid }) => pid)).toEqual([1]);
    expect(cancelled.sessions.find(({ pid }) => pid === 2)).toMatchObject({
      state: 'idle in transaction (aborted)',
      waitEventType: 'Client',
      transactionStart: NOW - 5000,
    });
    expect(become(queue, { kind: 'cancel', pid: 1 })).toBe(queue);
  });
});

describe('settings of a simulated database', () => {
  const fresh = newDatabase(NOW, { set: { port: '5555' } });
  const value = (state: DatabaseState, name: string) => state.settings[name]?.value;
  const written = become(
    fresh,
    { kind: 'file', name: 'work_mem', value: '5MB' },
    { kind: 'file', name: 'max_connections', value: '200' },
    { kind: 'file', name: 'port', value: '1' },
  );

  it('takes from its files with a reload what needs no restart', () => {
    expect(value(written, 'work_mem')).toBe('4096');
    const later = changed(written, { kind: 'reload' }, NOW + 1);
    expect([value(later, 'work_mem'), value(later, 'max_connections')]).toEqual(['5120', '100']);
    expect(later.loadedAt).toBe(NOW + 1);
    const back = become(later, { kind: 'file', name: 'work_mem', value: null }, { kind: 'reload' });
    expect(value(back, 'work_mem')).toBe('4096');
  });

  it('takes the rest with a restart, but what its command line says; all sessions are gone', () => {
    const again = become(written, session(1), lock(1, 'ShareLock'), { kind: 'restart' });
    expect([value(again, 'max_connections'), value(again, 'port')]).toEqual(['200', '5555']);
    expect([again.sessions, again.locks]).toEqual([[], []]);
    const freed = become(again, { kind: 'restart', commandLine: {} });
    expect(value(freed, 'port')).toBe('1');
  });
});

describe('a simulated standby', () => {
  const link = { application: 'second', client: '10.0.0.2', senderHost: 'first', senderPort: 5432 };
  const following = {
    ...{ status: null, slot: null, senderHost: 'first', senderPort: 5432, paused: false },
    ...{ latest: 0, received: 0, replayed: 0, lastReplayedAt: null },
  };
  const pair = () => {
    const primary = memoryDatabase(newDatabase(NOW), systemClock);
    const standby = memoryDatabase(newDatabase(NOW, { following }), systemClock);
    followPrimary(primary, standby, link);
    return { primary, standby };
  };
  const wrote = { kind: 'wrote', table: 'public.orders', how: 'insert', rows: 1000 } as const;

  it('replays what its primary writes, and lags while it is told not to', () => {
    const { primary, standby } = pair();
    primary.apply(wrote);
    const { position } = primary.state;
    expect(standby.state.following).toMatchObject({ received: position, replayed: position });
    expect(primary.state.standbys).toMatchObject([{ application: 'second', behindSince: null }]);
    const now = standby.state.following ?? following;
    standby.apply({ kind: 'told', patch: { following: { ...now, paused: true } } });
    primary.apply(wrote);
    expect(standby.state.following).toMatchObject({ replayed: position });
    expect(primary.state.standbys[0]?.behindSince).toBeGreaterThan(0);
  });

  it('follows nobody once its primary is gone, or it is promoted', () => {
    const { primary, standby } = pair();
    primary.apply({ kind: 'presence', presence: 'down' });
    expect(standby.state.following?.status).toBeNull();
    primary.apply({ kind: 'restart' });
    expect(standby.state.following?.status).toBe('streaming');
    standby.apply({ kind: 'told', patch: { following: null } });
    expect(primary.state.standbys).toEqual([]);
    primary.apply(wrote);
    expect(standby.state.following).toBeNull();
  });
});
