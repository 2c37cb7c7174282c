import { formatAge } from '../domain/duration.ts';
import { type FrozenTarget, targetKey } from '../domain/target.ts';
import type { Holder, JournalTransaction } from '../incidents/journal.ts';
import { isAlive, isThisProcess } from '../incidents/liveness.ts';

/** The name under which the lock on a target stands in the journal. */
export const lockName = (region: string, target: FrozenTarget) =>
  `lock:${region}:${targetKey(target)}`;

/** Whichever other process holds one of the targets and still lives; null when all are free. */
export function heldBy(
  transaction: Pick<JournalTransaction, 'holder'>,
  region: string,
  targets: readonly FrozenTarget[],
): Holder | null {
  for (const target of targets) {
    const holder = transaction.holder(lockName(region, target));
    if (holder && !isThisProcess(holder.process) && isAlive(holder.process)) return holder;
  }
  return null;
}

/** `ops@bastion restarts falcon-redis, since 12s (pid 4711)`. */
export function describeHolder(holder: Holder, now: number): string {
  const since = formatAge(now - holder.since);
  return `${holder.operator} ${holder.purpose}, since ${since} (pid ${holder.process.pid})`;
}
