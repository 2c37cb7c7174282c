import { ExponentialBackoff, type IBackoffFactory } from 'cockatiel';

/** The first delay is this share of the interval, but no shorter than the floor. */
const INITIAL_SHARE = 1 / 8;
const INITIAL_FLOOR_MS = 250;

/** Delays that rise with every try and start anew after `reset`. */
export interface Backoff {
  /** The next delay, ms. */
  next(): number;
  reset(): void;
}

/**
 * Delays that double up to `maxMs`, each shortened by up to half at random, so that many sources that
 * failed together do not come back together.
 *
 * @param maxMs no delay is longer
 * @param random 0 to 1, exclusive of 1
 */
export function createBackoff(maxMs: number, random: () => number): Backoff {
  const initialDelay = Math.min(maxMs, Math.max(INITIAL_FLOOR_MS, maxMs * INITIAL_SHARE));
  const factory = new ExponentialBackoff<number>({
    initialDelay,
    maxDelay: maxMs,
    generator: (attempt = 0, { exponent, maxDelay }) => {
      const fullMs = Math.min(maxDelay, initialDelay * exponent ** attempt);
      return [Math.round(fullMs * (0.5 + random() / 2)), attempt + 1];
    },
  });
  let current: IBackoffFactory<unknown> = { next: () => factory.next() };
  return {
    next() {
      const step = current.next(undefined);
      current = step;
      return step.duration;
    },
    reset() {
      current = { next: () => factory.next() };
    },
  };
}
