import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { limitBy } from '../src/domain/time-limit.ts';
import { conduct, type Follower } from '../src/drills/conductor.ts';
import { type SteppedClock, steppedClock } from '../src/drills/stepped-clock.ts';
import type { MachineWork } from './machine-time.ts';

/** The time of one drill. */
export interface DrillTime {
  readonly clock: SteppedClock;
  /** Aborted when it cannot go on, with why. */
  readonly stopped: AbortSignal;
  /** Something is done for which time goes on, slowly. */
  during<T>(what: Promise<T>): Promise<T>;
  /** Ends it. */
  end(): Promise<void>;
}

/**
 * Begins a time that goes on by itself from a moment, epoch ms; the limits of this process go by it.
 * @param followers who goes along
 */
export function beginTime(
  moment: number,
  factor: number,
  work: () => MachineWork,
  followers: readonly Follower[],
): DrillTime {
  const clock = steppedClock(moment);
  limitBy(clock);
  const over = new AbortController();
  const stopped = new AbortController();
  let doing = 0;
  const conducted = conduct({
    clock,
    followers,
    factor,
    work() {
      const { waits, ...other } = work();
      return { ...other, waits: waits || doing > 0, forTime: false };
    },
    machineMs: () => performance.now(),
    rest: (ms) => (ms < 1 ? turn() : wait(ms)),
    signal: over.signal,
  }).catch((thrown) => stopped.abort(thrown));
  return {
    clock,
    stopped: stopped.signal,
    async during(what) {
      doing += 1;
      try {
        return await what;
      } finally {
        doing -= 1;
      }
    },
    async end() {
      over.abort();
      await conducted;
    },
  };
}
