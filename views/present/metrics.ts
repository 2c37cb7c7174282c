import type { MetricRow } from '../../src/console/rows.ts';
import { formatSignal } from '../../src/domain/format.ts';
import type { Health } from '../../src/domain/health.ts';
import type { SignalReading } from '../../src/domain/signal.ts';
import { signalSeries } from '../../src/live/series.ts';
import { cell, type Line, spark, type Tone, text, textWidth } from './line.ts';
import { healthSign } from './sign.ts';

const SPARK_WIDTH = 10;

/** A signal's name as people say it, and the values of its labels. */
function signalName(reading: Pick<SignalReading, 'title' | 'labels'>): string {
  return [reading.title, ...Object.values(reading.labels)].join(' ');
}

const valueTone: Readonly<Record<Health, Tone>> = {
  ok: 'plain',
  unknown: 'quiet',
  warning: 'warn',
  critical: 'bad',
};

export function metricNameWidth(rows: readonly MetricRow[], max: number): number {
  return Math.min(max, Math.max(6, ...rows.map(({ reading }) => textWidth(signalName(reading)))));
}

/** One signal as a row: name, value, the recent past, and its threshold while it is crossed. */
export function metricLine(
  { reading }: MetricRow,
  look: { readonly width: number; readonly nameWidth: number; readonly chosen: boolean },
): Line {
  const tone = reading.stale ? 'quiet' : valueTone[reading.state];
  const bad = reading.state === 'warning' || reading.state === 'critical';
  const room = look.width - 5 - look.nameWidth - 10;
  const past =
    room >= SPARK_WIDTH + 1
      ? [
          text(' '),
          spark(signalSeries(reading.id, reading.labels), SPARK_WIDTH, bad ? tone : 'quiet'),
        ]
      : [];
  const sign = bad ? healthSign[reading.state] : ' ';
  return [
    text(look.chosen ? ' ▸ ' : '   ', 'accent'),
    text(`${sign} `, tone),
    ...cell([text(signalName(reading), look.chosen ? 'strong' : 'plain')], look.nameWidth),
    text(' '),
    ...cell([text(formatSignal(reading), tone)], 8, 'right'),
    text(' '),
    ...past,
    ...(reading.stale ? [text('  old', 'quiet')] : []),
    ...(bad && reading.threshold !== null ? [text(`  ${reading.threshold}`, tone)] : []),
  ];
}

/** `p95 1.42 s → name value` without columns, for a line of pinned numbers. */
export function metricWords(reading: SignalReading): Line {
  return [
    text(`${signalName(reading)} `, 'quiet'),
    text(formatSignal(reading), reading.stale ? 'quiet' : valueTone[reading.state]),
    ...(reading.stale ? [text(' old', 'quiet')] : []),
  ];
}
