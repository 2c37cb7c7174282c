import type { SignalReading } from '../domain/signal.ts';

type Value = number | string;

/**
 * What conditions see as `signals`: a signal without labels is its value, one with labels a map from
 * the label's value to its value (several labels: their values in the order of their names, joined by
 * commas). Signals without a value are absent, so that a condition on them is undecided.
 */
export function signalScope(state: {
  readonly signals: Readonly<Record<string, SignalReading>>;
}): Record<string, unknown> {
  const scope = new Map<string, Value | Map<string, Value>>();
  for (const { id, labels, value } of Object.values(state.signals)) {
    if (value === null) continue;
    const names = Object.keys(labels).sort();
    if (names.length === 0) {
      scope.set(id, value);
      continue;
    }
    const inner = scope.get(id);
    const map = inner instanceof Map ? inner : new Map<string, Value>();
    map.set(names.map((name) => labels[name]).join(','), value);
    scope.set(id, map);
  }
  // fromEntries defines own properties, so a label valued `__proto__` is only a name.
  return Object.fromEntries(
    [...scope].map(([id, value]) => [id, value instanceof Map ? Object.fromEntries(value) : value]),
  );
}
