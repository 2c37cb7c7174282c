import { setTimeout as pause } from 'node:timers/promises';
import { loggerOf } from './log.ts';
import { metrics } from './metrics.ts';
import { settings } from './settings.ts';

const log = loggerOf('app.utils.retry');

/** An error with the name the original's client library gives it. */
export class DependencyError extends Error {
  readonly type: string;
  readonly retryable: boolean;

  constructor(type: string, message: string, retryable: boolean) {
    super(message);
    this.type = type;
    this.retryable = retryable;
  }
}

/** Runs `work` again after retryable errors, with growing pauses, as often as set. */
export async function retrying<T>(operation: string, work: () => Promise<T>): Promise<T> {
  if (!settings.retryEnabled) return work();
  const maxAttempts = settings.retryMaxAttempts;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const result = await work();
      if (attempt > 1) {
        const extra = { operation, attempt, max_attempts: maxAttempts };
        log.info(`Retry succeeded for ${operation}`, extra);
      }
      return result;
    } catch (error) {
      if (!(error instanceof DependencyError) || !error.retryable) throw error;
      const said = { error: error.message, error_type: error.type };
      if (attempt >= maxAttempts) {
        const extra = { operation, max_attempts: maxAttempts, ...said };
        log.error(`All retry attempts exhausted for ${operation}`, extra);
        throw error;
      }
      const growth = settings.retryExponentialBase ** (attempt - 1);
      const delayMs = Math.min(settings.retryBaseDelayMs * growth, settings.retryMaxDelayMs);
      log.warning(`Retry attempt ${attempt}/${maxAttempts} for ${operation}`, {
        operation,
        attempt,
        max_attempts: maxAttempts,
        delay_seconds: delayMs / 1000,
        ...said,
      });
      metrics.retries({ operation });
      await pause(delayMs);
    }
  }
}
