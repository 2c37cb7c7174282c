import type { Operator } from '../domain/operator.ts';
import type { Holder, Journal } from '../incidents/journal.ts';
import { isAlive, thisProcess } from '../incidents/liveness.ts';

/** Which console drives a run: reads its evidence, verifies, takes the operator's turns. */
export interface Lease {
  /** Takes the lease if it is free, mine, or held by a process that died. */
  take(): boolean;
  /** The other console that holds it; null when it is mine or free. */
  other(): Holder | null;
  release(): void;
}

export function createLease(
  journal: Journal,
  run: string,
  operator: Operator,
  now: () => number,
): Lease {
  const name = `run:${run}`;
  const me = thisProcess();
  const mine = (holder: Holder) =>
    holder.process.pid === me.pid && holder.process.startedAt === me.startedAt;
  let other: Holder | null = null;
  return {
    take() {
      const held = journal.holder(name);
      other = held && !mine(held) && isAlive(held.process) ? held : null;
      if (held && (other !== null || mine(held))) return other === null;
      other = journal.transact((tx) => {
        const holder = tx.holder(name);
        if (holder && mine(holder)) return null;
        if (holder && isAlive(holder.process)) return holder;
        tx.hold(name, {
          operator: `${operator.name}@${operator.host}`,
          process: me,
          purpose: 'drives this run',
          intent: null,
          since: now(),
        });
        return null;
      });
      return other === null;
    },
    other: () => other,
    release() {
      journal.transact((tx) => {
        const holder = tx.holder(name);
        if (holder && mine(holder)) tx.release(name);
      });
    },
  };
}
