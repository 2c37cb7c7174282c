import type { Clock, Timer } from '../../src/domain/clock.ts';

interface Due {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /**
   * Moves time by `ms`, running every timer that falls due in order, each at its own moment, and
   * letting the promises it settles run before the next one.
   */
  advance(ms: number): Promise<void>;
  /** Moves time by `ms` without a turn for promises: for code that is wholly synchronous. */
  tick(ms: number): void;
  /** Lets promises that are already settled run; time stands still. */
  settle(): Promise<void>;
  /** Timers that wait. */
  pending(): number;
}

/** One turn of the event loop: every microtask that is queued, or queues another, has run after it. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** @param startMs the epoch ms it starts at */
export function createFakeClock(startMs = 1_700_000_000_000): FakeClock {
  const timers = new Set<Due>();
  let now = startMs;
  let order = 0;

  const takeDue = (until: number): Due | null => {
    let first: Due | null = null;
    for (const timer of timers) {
      if (timer.at > until) continue;
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) {
        first = timer;
      }
    }
    if (first) timers.delete(first);
    return first;
  };

  return {
    now: () => now,
    after(delayMs, run): Timer {
      order += 1;
      const timer: Due = { at: now + Math.max(0, delayMs), order, run };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    async advance(ms) {
      const until = now + ms;
      await turn();
      for (let due = takeDue(until); due; due = takeDue(until)) {
        now = Math.max(now, due.at);
        due.run();
        await turn();
      }
      now = until;
      await turn();
    },
    tick(ms) {
      const until = now + ms;
      for (let due = takeDue(until); due; due = takeDue(until)) {
        now = Math.max(now, due.at);
        due.run();
      }
      now = until;
    },
    settle: turn,
    pending: () => timers.size,
  };
}
