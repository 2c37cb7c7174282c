import { imageOf } from '../world.ts';
import { increase, set } from './metric-families.ts';
import { say, type Work } from './worker-log.ts';
import type { Breaker, Dependency, WorkerProcess } from './worker-state.ts';

const BREAKER = 'app.utils.circuit_breaker';
const RETRY = 'app.utils.retry';

/** How a call of a dependency ended; it took what `Work.at` has moved on by. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly type: string;
      readonly message: string;
      readonly retryable: boolean;
    };

/** What comes of every call where a breaker is handed a coroutine instead of a function. */
const UNCALLABLE = {
  ok: false,
  type: 'TypeError',
  message: "'coroutine' object is not callable",
  retryable: false,
} as const;

const VALUES = { closed: 0, open: 1, 'half-open': 2 } as const;

/** Tells a breaker's state in the metrics. */
export function showBreaker(work: Work, worker: WorkerProcess, dependency: Dependency): void {
  const labels = { dependency, worker_id: work.settings.workerId };
  const state = VALUES[worker.breakers[dependency].state];
  set(worker.registry, 'circuit_breaker_state', labels, work.at, state);
}

function lookAtClock(work: Work, breaker: Breaker, dependency: Dependency): void {
  if (breaker.state === 'open') {
    const waitedMs = work.at - breaker.lastFailureAt;
    if (waitedMs < work.settings.breakerTimeoutSeconds * 1000) return;
    say(work, 'INFO', BREAKER, 'Circuit breaker transitioning to half-open', { dependency });
    breaker.successes = 0;
    breaker.state = 'half-open';
  } else if (breaker.state === 'half-open') {
    if (breaker.successes < work.settings.breakerHalfOpenAttempts) return;
    say(work, 'INFO', BREAKER, 'Circuit breaker closing after successful recovery', { dependency });
    breaker.failures = 0;
    breaker.state = 'closed';
  }
}

function failed(work: Work, breaker: Breaker, dependency: Dependency): void {
  breaker.failures += 1;
  breaker.lastFailureAt = work.at;
  if (breaker.state === 'half-open') {
    const words = 'Circuit breaker opening after failure in half-open state';
    say(work, 'WARNING', BREAKER, words, { dependency });
    breaker.state = 'open';
  } else if (breaker.failures >= work.settings.breakerFailureThreshold) {
    say(work, 'ERROR', BREAKER, 'Circuit breaker opening after threshold exceeded', {
      dependency,
      failure_count: breaker.failures,
      threshold: work.settings.breakerFailureThreshold,
    });
    breaker.state = 'open';
  }
}

/**
 * Makes a call through its breaker, which looks at the clock and at its successes only when a call comes.
 * @returns null where the breaker is open
 */
export function guarded<T>(
  work: Work,
  worker: WorkerProcess,
  dependency: Dependency,
  run: () => Outcome<T>,
): Outcome<T> | null {
  if (!work.settings.breakerEnabled) return run();
  const breaker = worker.breakers[dependency];
  const labels = { dependency, worker_id: work.settings.workerId };
  lookAtClock(work, breaker, dependency);
  try {
    if (breaker.state === 'open') {
      const extra = { dependency, failure_count: breaker.failures };
      say(work, 'WARNING', BREAKER, 'Circuit breaker open for dependency', extra);
      return null;
    }
    const broken = imageOf(work.world, work.container)?.release.brokenBreakers === true;
    const outcome = broken ? UNCALLABLE : run();
    if (outcome.ok) {
      increase(worker.registry, 'circuit_breaker_successes_total', labels, work.at);
      if (breaker.state === 'half-open') breaker.successes += 1;
      else breaker.failures = 0;
    } else {
      increase(worker.registry, 'circuit_breaker_failures_total', labels, work.at);
      failed(work, breaker, dependency);
    }
    return outcome;
  } finally {
    showBreaker(work, worker, dependency);
  }
}

/** Runs `call` again after errors that may pass, with growing pauses. */
export function retrying<T>(
  work: Work,
  worker: WorkerProcess,
  operation: string,
  call: () => Outcome<T>,
): Outcome<T> {
  const { settings } = work;
  const most = settings.retryEnabled ? settings.retryMaxAttempts : 1;
  for (let attempt = 1; ; attempt += 1) {
    const outcome = call();
    if (outcome.ok && attempt > 1) {
      const extra = { operation, attempt, max_attempts: most };
      say(work, 'INFO', RETRY, `Retry succeeded for ${operation}`, extra);
    }
    if (outcome.ok || !outcome.retryable || !settings.retryEnabled) return outcome;
    const said = { error: outcome.message, error_type: outcome.type };
    if (attempt >= most) {
      const extra = { operation, max_attempts: most, ...said };
      say(work, 'ERROR', RETRY, `All retry attempts exhausted for ${operation}`, extra);
      return outcome;
    }
    const growth = settings.retryExponentialBase ** (attempt - 1);
    const delayMs = Math.min(settings.retryBaseDelayMs * growth, settings.retryMaxDelayMs);
    say(work, 'WARNING', RETRY, `Retry attempt ${attempt}/${most} for ${operation}`, {
      operation,
      attempt,
      max_attempts: most,
      delay_seconds: delayMs / 1000,
      ...said,
    });
    const labels = { operation, worker_id: settings.workerId };
    increase(worker.registry, 'retry_attempts_total', labels, work.at);
    work.at += delayMs;
  }
}
