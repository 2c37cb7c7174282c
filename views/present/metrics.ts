import { type MetricRow, signalName } from '../../src/console/tables/metrics.ts';
import { formatSignal } from '../../src/domain/format.ts';
import type { Health } from '../../src/domain/health.ts';
import type { SignalReading } from '../../src/domain/signal.ts';
import { signalSeries } from '../../src/live/series.ts';
import type { TableView } from './columns.ts';
import { type Line, spark, type Tone, text, textWidth } from './line.ts';

const SPARK_WIDTH = 10;

/** How a value is drawn by how it stands. */
export const valueTone: Readonly<Record<Health, Tone>> = {
  ok: 'plain',
  unknown: 'quiet',
  warning: 'warn',
  critical: 'bad',
};

const toneOf = (reading: SignalReading) => (reading.stale ? 'quiet' : valueTone[reading.state]);
const isBad = ({ state }: SignalReading) => state === 'warning' || state === 'critical';

/** Signals in columns: name, value, the recent past, and the threshold while it is crossed. */
export const metricsView: TableView<MetricRow> = {
  quietSign: true,
  columns: [
    {
      id: 'name',
      min: 6,
      natural: ({ reading }) => textWidth(signalName(reading)),
      rank: 0,
      cell: ({ reading }, { chosen }) => [text(signalName(reading), chosen ? 'strong' : 'plain')],
    },
    {
      id: 'value',
      min: 8,
      align: 'right',
      rank: 1,
      cell: ({ reading }) => [text(formatSignal(reading), toneOf(reading))],
    },
    {
      id: 'chart',
      min: SPARK_WIDTH,
      grow: SPARK_WIDTH * 3,
      rank: 2,
      cell: ({ reading }, { width }) => [
        spark(
          signalSeries(reading.id, reading.labels),
          Math.min(width, SPARK_WIDTH * 3),
          isBad(reading) ? toneOf(reading) : 'quiet',
        ),
      ],
    },
    {
      id: 'threshold',
      min: 8,
      rank: 3,
      weight: 1,
      cell({ reading }) {
        if (reading.stale) return [text('old', 'quiet')];
        return isBad(reading) ? [text(reading.threshold ?? '', toneOf(reading))] : [];
      },
    },
  ],
};

/** `p95 1.42 s → name value` without columns, for a line of pinned numbers. */
export function metricWords(reading: SignalReading): Line {
  return [
    text(`${signalName(reading)} `, 'quiet'),
    text(formatSignal(reading), toneOf(reading)),
    ...(reading.stale ? [text(' old', 'quiet')] : []),
  ];
}
