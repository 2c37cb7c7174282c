import type { Breaker } from '../domain/breaker.ts';
import type { Health } from '../domain/health.ts';
import type { EvaluatedSignal } from './reading.ts';

const healthOf: Readonly<Record<Breaker['state'], Health>> = {
  open: 'critical',
  'half-open': 'warning',
  closed: 'ok',
};

function detailOf({ failures, instances, state }: Breaker): string | null {
  const told = failures === null ? [] : [`${failures} ${failures === 1 ? 'failure' : 'failures'}`];
  const so = instances.filter((instance) => instance.state === state).length;
  const counted = instances.length > 1 ? [`${so} of ${instances.length} instances`] : [];
  const words = [...told, ...counted].join(', ');
  return words === '' ? null : words;
}

function oldestAnswer({ instances }: Breaker, answeredAt: ReadonlyMap<string, number>) {
  const times = instances.flatMap(({ source }) => answeredAt.get(source) ?? []);
  return times.length === 0 ? null : Math.min(...times);
}

/**
 * The signal `breaker`, by name, for the breakers that no signal of a pack describes.
 * @param answeredAt when each source last answered, epoch ms
 */
export function breakerSignals(
  breakers: readonly Breaker[],
  answeredAt: ReadonlyMap<string, number>,
): readonly EvaluatedSignal[] {
  return breakers.map(
    (breaker): EvaluatedSignal => ({
      id: 'breaker',
      title: 'breaker',
      labels: { name: breaker.name },
      value: breaker.state,
      unit: 'state',
      state: healthOf[breaker.state],
      observedAt: oldestAnswer(breaker, answeredAt),
      threshold: null,
      reason: null,
      detail: detailOf(breaker),
      since: breaker.state === 'closed' ? null : breaker.since,
      stale: breaker.stale,
    }),
  );
}
