import { type Labels, labelKey } from '../domain/metrics.ts';
import type { SignalReading } from '../domain/signal.ts';

/**
 * Identity of a signal's reading: its id alone, or `id{name="value",…}` with the labels sorted, e.g.
 * `breaker{dependency="redis"}`.
 */
export function signalKey(id: string, labels: Labels): string {
  const [only, another] = Object.keys(labels);
  // Most readings have one label: nothing to be sorted.
  const inner =
    only !== undefined && another === undefined
      ? `${only}=${JSON.stringify(labels[only])}`
      : labelKey(labels);
  return inner === '' ? id : `${id}{${inner}}`;
}

const keys = new WeakMap<SignalReading, string>();

/** As `signalKey`, made once for every reading. */
export function readingKey(reading: SignalReading): string {
  let key = keys.get(reading);
  if (key === undefined) {
    key = signalKey(reading.id, reading.labels);
    keys.set(reading, key);
  }
  return key;
}
