import { setTimeout as pause } from 'node:timers/promises';

/** How long and how often `eventually` looks, and what it says when the time is up. */
export interface EventuallyOptions {
  /** Upper bound of the whole wait. */
  timeoutMs?: number;
  /** Pause between two looks. */
  everyMs?: number;
  /** What is awaited, in words that complete "waited … for". */
  what: string;
  /** Ends the wait early: thrown errors of this check are final, not "not yet". */
  abort?: () => Error | null;
}

/**
 * Looks until `look` gives something other than `undefined`, `null` or `false`, and returns that.
 * An error thrown by `look` means "not yet"; the last one is named when the time is up.
 *
 * @param look the condition; may be asynchronous
 * @param options bounds (10 s, every 100 ms unless told) and the words for the error
 * @throws Error naming what was awaited, for how long, and what was seen last
 */
export async function eventually<T>(
  look: () => T | Promise<T>,
  options: EventuallyOptions,
): Promise<Exclude<T, undefined | null | false>> {
  const { timeoutMs = 10_000, everyMs = 100, what, abort } = options;
  const endMs = performance.now() + timeoutMs;
  let seen = 'nothing';
  while (true) {
    try {
      const value = await look();
      if (value !== undefined && value !== null && value !== false) {
        return value as Exclude<T, undefined | null | false>;
      }
      seen = String(value);
    } catch (error) {
      seen = error instanceof Error ? error.message : String(error);
    }
    const reason = abort?.();
    if (reason) throw reason;
    if (performance.now() >= endMs) {
      throw new Error(`waited ${timeoutMs} ms for ${what}; last seen: ${seen}`);
    }
    await pause(everyMs);
  }
}
