import type { Clock } from '../domain/clock.ts';
import type { Source } from '../domain/source.ts';
import { createBackoff } from './backoff.ts';

/** However often a change feed is lost, it is opened again at least this often. */
export const WATCH_REOPEN_MAX_MS = 30_000;
/** A feed that lived this long was a good one: its loss is not counted against it. */
const WATCH_SETTLED_MS = 10_000;

export interface WatcherOptions {
  readonly source: Source;
  readonly clock: Clock;
  readonly random: () => number;
  /** A poll is worth making. */
  readonly changed: () => void;
  /** The feed ended; `thrown` is undefined where it ended without an error. */
  readonly lost: (thrown: unknown) => void;
}

/** Keeps a source's change feed open: one at a time, opened again at bounded rates. */
export interface Watcher {
  /** Opens the feed unless it is open or was lost too recently. Call after a good poll. */
  open(): void;
  /** Ends the feed; what it still says is not heard. */
  abort(): void;
}

export function createWatcher(options: WatcherOptions): Watcher {
  const { source, clock, changed, lost } = options;
  const backoff = createBackoff(WATCH_REOPEN_MAX_MS, options.random);
  let current: AbortController | null = null;
  let unsettled = false;
  let reopenAt = Number.NEGATIVE_INFINITY;

  const ended = (controller: AbortController, openedAt: number, thrown?: unknown) => {
    unsettled = false;
    const mine = current === controller;
    if (!mine) return;
    current = null;
    if (clock.now() - openedAt >= WATCH_SETTLED_MS) backoff.reset();
    reopenAt = clock.now() + backoff.next();
    lost(thrown);
  };

  return {
    open() {
      // One that ignores its abort is never doubled.
      if (!source.watch || current || unsettled || clock.now() < reopenAt) return;
      const controller = new AbortController();
      const openedAt = clock.now();
      current = controller;
      unsettled = true;
      const heard = () => {
        if (current === controller) changed();
      };
      const feed = async () => source.watch?.(heard, controller.signal);
      feed().then(
        () => ended(controller, openedAt),
        (thrown: unknown) => ended(controller, openedAt, thrown),
      );
    },
    abort() {
      const controller = current;
      current = null;
      controller?.abort();
    },
  };
}
