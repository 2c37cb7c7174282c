import type { SignalReading } from '../domain/signal.ts';
import { listedSignals } from './listed.ts';

type Value = number | string;

/** Where a reading stands in its signal's map: the values of its labels; null for one without labels. */
function placeOf({ labels }: SignalReading): string | null {
  const names = Object.keys(labels);
  if (names.length === 0) return null;
  return names
    .sort()
    .map((name) => labels[name])
    .join(',');
}

type Signals = Readonly<Record<string, SignalReading>>;
type Scope = Record<string, unknown>;

const places = new WeakMap<SignalReading, string | null>();
const scopes = new WeakMap<Signals, Scope>();

function placed(reading: SignalReading): string | null {
  let place = places.get(reading);
  if (place === undefined) {
    place = placeOf(reading);
    places.set(reading, place);
  }
  return place;
}

function make(signals: Signals): Scope {
  const scope = new Map<string, Value | Map<string, Value>>();
  for (const reading of listedSignals(signals)) {
    const { id, value } = reading;
    if (value === null) continue;
    const place = placed(reading);
    if (place === null) {
      scope.set(id, value);
      continue;
    }
    const inner = scope.get(id);
    if (inner instanceof Map) inner.set(place, value);
    else scope.set(id, new Map([[place, value]]));
  }
  // fromEntries defines own properties, so a label valued `__proto__` is only a name.
  return Object.fromEntries(
    [...scope].map(([id, value]) => [id, value instanceof Map ? Object.fromEntries(value) : value]),
  );
}

/**
 * What conditions see as `signals`: a signal without labels is its value, one with labels a map from
 * the label's value to its value (several labels: their values in the order of their names, joined by
 * commas). Signals without a value are absent, so that a condition on them is undecided. The same for
 * the same signals: every change of a fact asks for it.
 */
export function signalScope({ signals }: { readonly signals: Signals }): Scope {
  let scope = scopes.get(signals);
  if (scope === undefined) {
    scope = make(signals);
    scopes.set(signals, scope);
  }
  return scope;
}
