import type { Clock } from '../domain/clock.ts';

interface Due {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that stands still until somebody moves it. */
export interface SteppedClock extends Clock {
  /** When the next timer falls due, epoch ms; null while none waits. */
  nextAt(): number | null;
  /**
   * Moves to a moment, epoch ms: every timer that falls due until then runs in order, each at its own
   * moment, and what it settles before the next one.
   * @returns whether one ran
   */
  moveTo(moment: number): Promise<boolean>;
}

/** @param begun the moment it stands at first, epoch ms */
export function steppedClock(begun: number): SteppedClock {
  // In the order in which they fall due; of two at the same moment the older one first.
  const timers: Due[] = [];
  let now = begun;
  return {
    now: () => now,
    after(delayMs, run) {
      const due = { at: now + Math.max(0, delayMs), run };
      const place = timers.findLastIndex(({ at }) => at <= due.at) + 1;
      timers.splice(place, 0, due);
      return {
        cancel() {
          const found = timers.indexOf(due);
          if (found >= 0) timers.splice(found, 1);
        },
      };
    },
    nextAt: () => timers[0]?.at ?? null,
    async moveTo(moment) {
      let ran = false;
      for (let [due] = timers; due !== undefined && due.at <= moment; [due] = timers) {
        timers.shift();
        now = Math.max(now, due.at);
        due.run();
        ran = true;
        await null;
      }
      now = Math.max(now, moment);
      return ran;
    },
  };
}
