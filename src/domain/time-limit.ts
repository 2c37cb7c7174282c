import { type Clock, systemClock } from './clock.ts';

let clock: Clock = systemClock;
let measured = (): number => performance.now();

/**
 * From now on the limits of this process, and how long others take to answer it, are by another clock: that of a
 * region whose time is its own.
 */
export function limitBy(next: Clock): void {
  clock = next;
  measured = () => next.now();
}

/** Milliseconds since some moment: what lies between two of them is how long something took. */
export function steadyMs(): number {
  return measured();
}

/**
 * A signal that aborts after `timeoutMs`, with an error named `TimeoutError`. It keeps no process alive.
 *
 * As `AbortSignal.timeout`, without its flaw: what `AbortSignal.any` makes of such a signal is kept by Node
 * for ever once `AbortSignal.any` is given that in turn, and every limit within a limit does.
 */
export function timeLimit(timeoutMs: number): AbortSignal {
  const limit = new AbortController();
  const late = () => limit.abort(new DOMException('The time for it is over', 'TimeoutError'));
  clock.after(timeoutMs, late);
  return limit.signal;
}
