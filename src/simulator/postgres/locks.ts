import type { DatabaseState, Lock, LockMode, LockTarget } from './world.ts';

const ORDER: readonly LockMode[] = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
];

/** For each mode, those that it cannot stand beside, from PostgreSQL's table. */
const CONFLICTS: Readonly<Record<LockMode, readonly LockMode[]>> = {
  AccessShareLock: ORDER.slice(7),
  RowShareLock: ORDER.slice(6),
  RowExclusiveLock: ORDER.slice(4),
  ShareUpdateExclusiveLock: ORDER.slice(3),
  ShareLock: ORDER.slice(2).filter((mode) => mode !== 'ShareLock'),
  ShareRowExclusiveLock: ORDER.slice(2),
  ExclusiveLock: ORDER.slice(1),
  AccessExclusiveLock: ORDER,
};

function meets(a: LockTarget, b: LockTarget): boolean {
  if (a.table !== b.table || (a.row === null) !== (b.row === null)) return false;
  return a.row === b.row || a.row === '*' || b.row === '*';
}

function conflict(
  a: Pick<Lock, 'pid' | 'target' | 'mode'>,
  b: Pick<Lock, 'pid' | 'target' | 'mode'>,
) {
  return a.pid !== b.pid && meets(a.target, b.target) && CONFLICTS[a.mode].includes(b.mode);
}

/** Who stands before the lock at `index`: those that hold it, and those that asked earlier. */
function before(locks: readonly Lock[], index: number): readonly Lock[] {
  const lock = locks[index];
  if (lock === undefined) return [];
  return locks.filter(
    (other, place) => (other.granted || place < index) && place !== index && conflict(other, lock),
  );
}

/** Grants in order what nothing stands before any more. */
export function grantFree(locks: readonly Lock[]): readonly Lock[] {
  let now = locks;
  for (const [index, lock] of locks.entries()) {
    if (lock.granted || before(now, index).length > 0) continue;
    now = now.map((one, place) => (place === index ? { ...one, granted: true } : one));
  }
  return now;
}

/** The pids a session waits for, as `pg_blocking_pids` tells. */
export function blockersOf(
  { locks }: Pick<DatabaseState, 'locks'>,
  pid: number,
): readonly number[] {
  const pids = locks.flatMap((lock, index) =>
    lock.pid === pid && !lock.granted ? before(locks, index).map((other) => other.pid) : [],
  );
  return [...new Set(pids)];
}

/** True while a session waits for a lock. */
export function isWaiting({ locks }: Pick<DatabaseState, 'locks'>, pid: number): boolean {
  return locks.some((lock) => lock.pid === pid && !lock.granted);
}

/** True when `pid`, waiting as it does, waits for itself. */
export function inDeadlock(state: Pick<DatabaseState, 'locks'>, pid: number): boolean {
  const seen = new Set<number>();
  const queue = [...blockersOf(state, pid)];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (next === pid) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    queue.push(...blockersOf(state, next));
  }
  return false;
}
