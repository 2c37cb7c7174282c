import type { ConsolePorts, ReplayPort } from '../../src/console/ports.ts';
import type { Clock, Timer } from '../../src/domain/clock.ts';

const TICK_MS = 1000;

/** One shared second hand: every age and clock on the screen reads the same moment. */
export interface Ticker {
  /** The moment of the last tick, epoch ms. */
  now(): number;
  subscribe(listener: () => void): () => void;
}

/** Ticks whenever a replay moves on, and as far. */
function replayTicker({ state }: Pick<ReplayPort, 'state'>): Ticker {
  return { now: () => state.getState().at, subscribe: (listener) => state.subscribe(listener) };
}

/** Ticks on whole seconds while somebody looks. */
export function createTicker({ clock, replay }: Pick<ConsolePorts, 'clock' | 'replay'>): Ticker {
  return replay === undefined ? secondHand(clock) : replayTicker(replay);
}

function secondHand(clock: Clock): Ticker {
  const listeners = new Set<() => void>();
  let at = clock.now();
  let timer: Timer | null = null;
  const schedule = () => {
    timer = clock.after(TICK_MS - (clock.now() % TICK_MS), () => {
      at = clock.now();
      schedule();
      for (const listener of [...listeners]) listener();
    });
  };
  return {
    now: () => at,
    subscribe(listener) {
      if (listeners.size === 0) {
        at = clock.now();
        schedule();
      }
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) timer?.cancel();
      };
    },
  };
}
