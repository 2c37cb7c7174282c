import type { SignalReading } from '../domain/signal.ts';

type Signals = Readonly<Record<string, SignalReading>>;

const lists = new WeakMap<Signals, readonly SignalReading[]>();

/** Keeps the list a record was made of: to list the keys of a record of thousands costs milliseconds. */
export function rememberList(signals: Signals, list: readonly SignalReading[]): void {
  lists.set(signals, list);
}

/** The readings of a record, in its order. */
export function listedSignals(signals: Signals): readonly SignalReading[] {
  let list = lists.get(signals);
  if (list === undefined) {
    list = Object.values(signals);
    lists.set(signals, list);
  }
  return list;
}
