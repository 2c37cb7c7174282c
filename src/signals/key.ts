import { type Labels, labelKey } from '../domain/metrics.ts';

/**
 * Identity of a signal's reading: its id alone, or `id{name="value",…}` with the labels sorted, e.g.
 * `breaker{dependency="redis"}`.
 */
export function signalKey(id: string, labels: Labels): string {
  const inner = labelKey(labels);
  return inner === '' ? id : `${id}{${inner}}`;
}
