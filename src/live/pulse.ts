import type { Clock, Timer } from '../domain/clock.ts';

/** Decides when to publish: at once after a quiet time, otherwise at most once every `everyMs`. */
export interface Pulse {
  /** Something changed: publishes now, or as soon as the rate allows. */
  changed(): void;
  /** Publishes now; while a publication is under way, once that has ended. */
  now(): void;
  /** A publication that went on by itself has ended. */
  ended(): void;
  stop(): void;
}

/**
 * @param publish what is called; one that goes on by itself says `later`, and `ended` is called then.
 *   Publications never overlap, and changes that one causes itself wait their turn
 * @param beatMs it is also called when this long has passed without a change
 */
export function createPulse(
  clock: Clock,
  everyMs: number,
  beatMs: number,
  publish: () => unknown,
): Pulse {
  let publishedAt = Number.NEGATIVE_INFINITY;
  let waiting: Timer | null = null;
  let publishing = false;
  let wanted = false;
  let stopped = false;

  const ended = () => {
    publishing = false;
    if (wanted) changed();
  };

  const now = () => {
    if (stopped) return;
    waiting?.cancel();
    waiting = null;
    wanted = publishing;
    if (publishing) return;
    publishedAt = clock.now();
    publishing = true;
    let later = false;
    try {
      later = publish() === 'later';
    } finally {
      if (!later) ended();
    }
  };

  const changed = () => {
    if (waiting || stopped) return;
    const sinceMs = clock.now() - publishedAt;
    // A negative time means that the host's clock was set back.
    if (!publishing && (sinceMs >= everyMs || sinceMs < 0)) now();
    else waiting = clock.after(Math.min(everyMs, Math.max(0, everyMs - sinceMs)), now);
  };

  const beat = () => {
    beating = clock.after(beatMs, beat);
    now();
  };
  let beating = clock.after(beatMs, beat);

  return {
    now,
    changed,
    ended,
    stop() {
      stopped = true;
      waiting?.cancel();
      beating.cancel();
    },
  };
}
