import { loggerOf } from './log.ts';
import { metrics } from './metrics.ts';
import { settings } from './settings.ts';

const log = loggerOf('app.utils.circuit_breaker');

/** The values of the gauge `circuit_breaker_state`. */
const states = { closed: 0, open: 1, halfOpen: 2 } as const;
type State = keyof typeof states;

/** What the original does where it hands its breaker a coroutine in place of a function. */
async function notCallable(): Promise<never> {
  throw new TypeError("'coroutine' object is not callable");
}

/**
 * A circuit breaker that behaves as Falcon's: it looks at the clock and at its successes only when
 * a call comes, so that without traffic it never leaves a state.
 */
export class Breaker {
  readonly #dependency: string;
  #state: State = 'closed';
  #failures = 0;
  #successes = 0;
  #lastFailureMs = 0;

  constructor(dependency: 'redis' | 'postgres') {
    this.#dependency = dependency;
    this.#enter('closed');
  }

  /** Runs `work`, or `fallback` while open; a failure is counted and thrown on. */
  async call<T>(work: () => Promise<T>, fallback: () => T): Promise<T> {
    if (!settings.breakerEnabled) return work();
    this.#lookAtClock();
    if (this.#state === 'open') {
      log.warning('Circuit breaker open for dependency', {
        dependency: this.#dependency,
        failure_count: this.#failures,
      });
      return fallback();
    }
    try {
      const result = await (settings.breakerMisused ? notCallable() : work());
      this.#succeeded();
      return result;
    } catch (error) {
      this.#failed();
      throw error;
    }
  }

  #enter(state: State): void {
    this.#state = state;
    metrics.breakerState(states[state], { dependency: this.#dependency });
  }

  #lookAtClock(): void {
    const dependency = this.#dependency;
    if (this.#state === 'open') {
      const waitedMs = Date.now() - this.#lastFailureMs;
      if (waitedMs < settings.breakerTimeoutSeconds * 1000) return;
      log.info('Circuit breaker transitioning to half-open', { dependency });
      this.#successes = 0;
      this.#enter('halfOpen');
    } else if (this.#state === 'halfOpen') {
      if (this.#successes < settings.breakerHalfOpenAttempts) return;
      log.info('Circuit breaker closing after successful recovery', { dependency });
      this.#failures = 0;
      this.#enter('closed');
    }
  }

  #succeeded(): void {
    metrics.breakerSuccesses({ dependency: this.#dependency });
    if (this.#state === 'halfOpen') this.#successes += 1;
    else if (this.#state === 'closed') this.#failures = 0;
  }

  #failed(): void {
    const dependency = this.#dependency;
    metrics.breakerFailures({ dependency });
    this.#failures += 1;
    this.#lastFailureMs = Date.now();
    if (this.#state === 'halfOpen') {
      log.warning('Circuit breaker opening after failure in half-open state', { dependency });
      this.#enter('open');
    } else if (this.#failures >= settings.breakerFailureThreshold) {
      log.error('Circuit breaker opening after threshold exceeded', {
        dependency,
        failure_count: this.#failures,
        threshold: settings.breakerFailureThreshold,
      });
      this.#enter('open');
    }
  }
}
