import type { Journal, JournalTransaction } from '../../../src/incidents/journal.ts';

/**
 * A journal that calls `end` right after its n-th writing transaction has been committed: the boundary
 * at which a process may be gone.
 * @param n from 1; 0 never ends it
 */
export function mortal(
  journal: Journal,
  n: number,
  end: () => void,
): Journal & { written(): number } {
  let written = 0;
  return {
    ...journal,
    written: () => written,
    transact(work) {
      let writes = false;
      const noting = (transaction: JournalTransaction): JournalTransaction => ({
        ...transaction,
        append(scope, events) {
          writes ||= events.length > 0;
          transaction.append(scope, events);
        },
        hold(name, holder) {
          writes = true;
          transaction.hold(name, holder);
        },
      });
      const result = journal.transact((transaction) => work(noting(transaction)));
      if (writes) {
        written += 1;
        if (written === n) end();
      }
      return result;
    },
  };
}
