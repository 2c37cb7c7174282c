/** A started timer; `cancel` is idempotent. */
export interface Timer {
  cancel(): void;
}

/** The only way the program learns the time or waits: a parameter of `compose()`, so tests drive it. */
export interface Clock {
  /** Wall-clock time, epoch milliseconds. */
  now(): number;
  /** Runs `run` once after `delayMs`. The timer never keeps the process alive. */
  after(delayMs: number, run: () => void): Timer;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    // What is due already is due now; a negative time would only make Node complain on stderr.
    const handle = setTimeout(run, Math.max(0, delayMs));
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

/** Waits `delayMs` on `clock`; rejects with the signal's reason when aborted. */
export function wait(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    const onAbort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
