import { builtinSignalIds, type SignalReading } from '../../domain/signal.ts';
import { listedSignals, readingKey } from '../../live/signal-list.ts';
import type { LiveState } from '../../live/state.ts';
import { joined } from '../joined.ts';
import type { TableModel } from '../table.ts';

/** A signal reading with its key, which is its identity on the screen. */
export interface MetricRow {
  readonly key: string;
  readonly reading: SignalReading;
  /** Its place among the declared signals. */
  readonly place: number;
}

const rowOf = joined(
  (reading: SignalReading, key: string, place: number): MetricRow => ({ key, reading, place }),
);

/** Signals that another panel shows in rows of its own. */
const shownElsewhere: ReadonlySet<string> = new Set(builtinSignalIds);

/** A signal's name as people say it, and the values of its labels. */
export function signalName(reading: Pick<SignalReading, 'title' | 'labels'>): string {
  return [reading.title, ...Object.values(reading.labels)].join(' ');
}

/** The rows of each set of signals: thousands of containers have thousands of signals. */
const made = new WeakMap<LiveState['signals'], readonly MetricRow[]>();

function rowsOf({ signals }: LiveState): readonly MetricRow[] {
  let rows = made.get(signals);
  if (rows === undefined) {
    rows = listedSignals(signals)
      .filter(({ id, unit }) => unit !== 'state' && !shownElsewhere.has(id))
      .map((reading, place) => rowOf(reading, readingKey(reading), place));
    made.set(signals, rows);
  }
  return rows;
}

/** The signals that are numbers; states have panels of their own. */
export const metricsTable: TableModel<MetricRow> = {
  panel: 'metrics',
  noun: 'signal',
  rows: rowsOf,
  id: ({ key }) => key,
  name: ({ reading }) => signalName(reading),
  text: ({ key, reading }) => `${key} ${signalName(reading)} ${reading.state}`,
  health: ({ reading }) => (reading.state === 'unknown' ? 'ok' : reading.state),
  columns: [
    {
      id: 'name',
      title: 'signal',
      key: ({ reading }) => signalName(reading),
      firstDescending: false,
    },
    {
      id: 'value',
      title: 'value',
      key: ({ reading }) => (typeof reading.value === 'number' ? reading.value : null),
      firstDescending: true,
    },
    { id: 'chart', title: 'recent past', key: null, firstDescending: false },
    { id: 'threshold', title: 'threshold', key: null, firstDescending: false },
    { id: 'declared', title: 'declared', key: ({ place }) => place, firstDescending: false },
  ],
  defaultSort: { column: 'declared', descending: false },
};
