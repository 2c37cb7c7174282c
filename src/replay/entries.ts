import type { JournalEvent } from '../incidents/events.ts';

/** Events that come by the dozen: one does not jump from one to the next of them. */
const STREAMS: ReadonlySet<JournalEvent['type']> = new Set([
  'action-output',
  'verification-sampled',
]);

/** Entries that are so close together are one place to jump to. */
const TOGETHER_MS = 100;

/** The moments of a record that something was written at, epoch ms, in order, each once. */
export function entriesOf(events: readonly JournalEvent[]): readonly number[] {
  const moments: number[] = [];
  for (const { at, type } of events) {
    if (STREAMS.has(type)) continue;
    const last = moments.at(-1);
    // What was written together is seen together: the last of it counts.
    if (last !== undefined && at - last < TOGETHER_MS) moments[moments.length - 1] = at;
    else moments.push(at);
  }
  return moments;
}

/** The entry after a moment, or before it; null where there is none. */
export function entryBeside(entries: readonly number[], at: number, step: 1 | -1): number | null {
  const found =
    step === 1 ? entries.find((entry) => entry > at) : entries.findLast((entry) => entry < at);
  return found ?? null;
}
