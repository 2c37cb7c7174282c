import type { BreakerState } from './breaker.ts';
import type { Sample } from './metrics.ts';

/** A breaker as an administrative endpoint tells of it; times in epoch ms. */
export interface ReportedBreaker {
  readonly name: string;
  readonly state: BreakerState;
  readonly failures: number | null;
  readonly since: number | null;
  readonly nextAttempt: number | null;
}

/** Names under which an endpoint's breakers stand beside scraped metrics. */
export const ENDPOINT_METRICS = {
  state: 'breaker_endpoint_state',
  failures: 'breaker_endpoint_failures_total',
  since: 'breaker_endpoint_since_seconds',
  nextAttempt: 'breaker_endpoint_next_attempt_seconds',
} as const;

/** The breakers of an endpoint as samples, so that they are kept and compared like scraped ones. */
export function breakerSamples(breakers: readonly ReportedBreaker[]): readonly Sample[] {
  return breakers.flatMap(({ name, state, failures, since, nextAttempt }) => {
    const labels = { name };
    const numbers: readonly (readonly [string, number | null])[] = [
      [ENDPOINT_METRICS.failures, failures],
      [ENDPOINT_METRICS.since, since === null ? null : since / 1000],
      [ENDPOINT_METRICS.nextAttempt, nextAttempt === null ? null : nextAttempt / 1000],
    ];
    return [
      { name: ENDPOINT_METRICS.state, labels: { name, state }, value: 1 },
      ...numbers.flatMap(([metric, value]) =>
        value === null ? [] : [{ name: metric, labels, value }],
      ),
    ];
  });
}
