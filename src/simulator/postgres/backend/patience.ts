import type { Clock, Timer } from '../../../domain/clock.ts';
import { SqlError } from '../sql/sql-error.ts';
import type { SessionSettings } from './session-settings.ts';

/** How long one statement goes on: until it is done, cancelled, too late, or its client gone. */
export class Patience {
  readonly clock: Clock;
  #controller: AbortController | null = null;
  #timer: Timer | null = null;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** A statement begins. */
  begin(settings: SessionSettings): void {
    const controller = new AbortController();
    this.#controller = controller;
    const limitMs = settings.number('statement_timeout');
    if (limitMs > 0) {
      const late = new SqlError('57014', 'canceling statement due to statement timeout');
      this.#timer = this.clock.after(limitMs, () => controller.abort(late));
    }
  }

  /** The limit of the statement that runs is what SET made it meanwhile. */
  end(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#controller = null;
  }

  /** Ends the statement that runs, if one does. */
  stop(reason: Error): void {
    this.#controller?.abort(reason);
  }

  /** @throws what ended the statement, if something has */
  check(): void {
    this.#controller?.signal.throwIfAborted();
  }

  /**
   * Waits for something the statement needs, and no longer than it goes on.
   * @param start begins to wait; `settle` ends it. What it returns is called at the end in any case
   * @param limit an end of its own, such as `lock_timeout`
   */
  wait<T>(
    start: (settle: (value: T) => void) => () => void,
    limit?: { readonly afterMs: number; readonly error: SqlError },
  ): Promise<T> {
    const signal = this.#controller?.signal;
    return new Promise<T>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      let stop: (() => void) | null = null;
      let over = false;
      const end = (finish: () => void) => {
        if (over) return;
        over = true;
        timer?.cancel();
        signal?.removeEventListener('abort', aborted);
        stop?.();
        finish();
      };
      const aborted = () => end(() => reject(signal?.reason));
      signal?.addEventListener('abort', aborted, { once: true });
      const timer =
        limit === undefined
          ? null
          : this.clock.after(limit.afterMs, () => end(() => reject(limit.error)));
      stop = start((value) => end(() => resolve(value)));
      if (over) stop();
    });
  }

  /** Waits for a promise, and no longer than the statement goes on. */
  until<T>(promise: Promise<T>): Promise<T> {
    return this.wait<{ readonly value: T } | { readonly error: unknown }>((settle) => {
      promise.then(
        (value) => settle({ value }),
        (error: unknown) => settle({ error }),
      );
      return () => {};
    }).then((ended) => {
      if ('error' in ended) throw ended.error;
      return ended.value;
    });
  }

  sleep(ms: number): Promise<void> {
    return this.wait<void>((settle) => {
      const timer = this.clock.after(ms, () => settle());
      return () => timer.cancel();
    });
  }
}
