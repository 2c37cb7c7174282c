import type { Clock, Timer } from '../domain/clock.ts';

/** Decides when to publish: at once after a quiet time, otherwise at most once every `everyMs`. */
export interface Pulse {
  /** Something changed: publishes now, or as soon as the rate allows. */
  changed(): void;
  /** Publishes now. */
  now(): void;
  stop(): void;
}

/**
 * @param publish what is called; changes it causes itself wait their turn, so calls never nest
 * @param beatMs it is also called when this long has passed without a change
 */
export function createPulse(
  clock: Clock,
  everyMs: number,
  beatMs: number,
  publish: () => void,
): Pulse {
  let publishedAt = Number.NEGATIVE_INFINITY;
  let waiting: Timer | null = null;
  let publishing = false;
  let stopped = false;

  const now = () => {
    if (publishing || stopped) return;
    waiting?.cancel();
    waiting = null;
    publishedAt = clock.now();
    publishing = true;
    try {
      publish();
    } finally {
      publishing = false;
    }
  };

  const beat = () => {
    beating = clock.after(beatMs, beat);
    now();
  };
  let beating = clock.after(beatMs, beat);

  return {
    now,
    changed() {
      if (waiting || stopped) return;
      const sinceMs = clock.now() - publishedAt;
      // A negative time means that the host's clock was set back.
      if (!publishing && (sinceMs >= everyMs || sinceMs < 0)) now();
      else waiting = clock.after(Math.min(everyMs, Math.max(0, everyMs - sinceMs)), now);
    },
    stop() {
      stopped = true;
      waiting?.cancel();
      beating.cancel();
    },
  };
}
