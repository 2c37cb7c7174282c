import * as z from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import { didYouMean } from '../../domain/nearest.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { type Trend, trendOf } from '../../domain/trend.ts';
import type { LiveView, Need, Probe, RunContext, SignalPoint, SignalSeries } from '../contract.ts';
import { defineProbe } from '../contract.ts';

const POINTS_MAX = 200;
const SERIES_MAX = 50;

const signalInput = {
  signal: z.string().min(1).describe('the id of a signal, e.g. p95'),
  labels: z.record(z.string(), z.string()).default({}).describe('only series with these labels'),
};
const windowInput = {
  ...signalInput,
  window: z
    .string()
    .refine((text) => parseDuration(text) !== null, 'must be a duration such as 10m')
    .optional()
    .describe('how far back; all that is kept when it is not said'),
};

const labels = z.record(z.string(), z.string());

/** What the region's live data says; a runner has none. */
function liveOf({ live }: RunContext): LiveView {
  if (live !== undefined) return live;
  const message = 'there is no live data here to tell a signal from';
  throw new OperatorError('missing', message, 'read the signal in the console itself');
}

interface Windowed {
  readonly signal: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly window?: string | undefined;
}

const hasLabels = (series: SignalSeries, wanted: Readonly<Record<string, string>>) =>
  Object.entries(wanted).every(([name, value]) => series.labels[name] === value);

/** The kept history of a signal, of series with these labels, no longer than the window. */
function seriesOf(input: Windowed, context: RunContext): readonly SignalSeries[] {
  const windowMs = input.window === undefined ? null : parseDuration(input.window);
  const since = windowMs === null ? Number.NEGATIVE_INFINITY : context.clock.now() - windowMs;
  return liveOf(context)
    .series(input.signal)
    .filter((one) => hasLabels(one, input.labels))
    .slice(0, SERIES_MAX)
    .map(({ labels: own, points }) => ({
      labels: own,
      points: points.filter(({ at }) => at >= since),
    }));
}

function needOf({ signal }: { readonly signal: string }, context: RunContext): readonly Need[] {
  const what = `signal ${signal}`;
  const known = Object.keys(liveOf(context).signals());
  if (known.includes(signal)) return [{ what, found: signal, state: 'ok', suggestion: null }];
  const absent = 'it has no value now: some are absent until they are first used';
  return [{ what, found: null, state: 'missing', suggestion: didYouMean(signal, known, absent) }];
}

const needs = async (input: { readonly signal: string }, context: RunContext) =>
  needOf(input, context);

const shownLabels = (wanted: Readonly<Record<string, string>>) => {
  const pairs = Object.entries(wanted).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? '' : `{${pairs.join(', ')}}`;
};

/** `signals.value`: what a signal is now. */
function valueProbe(): Probe {
  return defineProbe({
    id: 'signals.value',
    title: 'Signal: its value',
    input: z.strictObject({ signal: signalInput.signal }),
    result: z.object({
      /** False when the signal has no value now. */
      known: z.boolean(),
      /** A number or a word; by label where it has labels; null when it is not known. */
      value: z.unknown(),
    }),
    command: ({ signal }) => `opsconsole status --json   # signal ${signal}`,
    needs,
    async read({ signal }, context) {
      const all = liveOf(context).signals();
      const known = Object.hasOwn(all, signal);
      return { known, value: known ? all[signal] : null };
    },
  });
}

const seriesRow = z.object({
  labels,
  points: z.array(z.object({ at: z.number().describe('epoch ms'), value: z.number() })),
  first: z.number().nullable(),
  last: z.number().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  mean: z.number().nullable(),
});

function toSeriesRow({ labels: own, points }: SignalSeries): z.output<typeof seriesRow> {
  const values = points.map(({ value }) => value);
  const sum = values.reduce((total, value) => total + value, 0);
  const any = values.length > 0;
  return {
    labels: { ...own },
    points: points.slice(-POINTS_MAX).map(({ at, value }: SignalPoint) => ({ at, value })),
    first: values[0] ?? null,
    last: values.at(-1) ?? null,
    min: any ? Math.min(...values) : null,
    max: any ? Math.max(...values) : null,
    mean: any ? sum / values.length : null,
  };
}

/** `signals.series`: the recent past of a signal. */
function seriesProbe(): Probe {
  return defineProbe({
    id: 'signals.series',
    title: 'Signal: its recent past',
    input: z.strictObject(windowInput),
    result: z.object({
      known: z.boolean(),
      series: z.array(seriesRow),
      /** The series with the highest last value. */
      top: seriesRow.nullable(),
    }),
    command: (input) => `signal ${input.signal}${shownLabels(input.labels)}`,
    needs,
    async read(input, context) {
      const series = seriesOf(input, context).map(toSeriesRow);
      const last = (row: z.output<typeof seriesRow>) => row.last ?? Number.NEGATIVE_INFINITY;
      const [top = null] = series.toSorted((a, b) => last(b) - last(a));
      return { known: series.length > 0, series, top };
    },
  });
}

const trend = z.object({
  /** `growing`, `falling`, `sawtooth`, `stable`, or `unknown` while there is too little to tell. */
  kind: z.enum(['growing', 'falling', 'sawtooth', 'stable', 'unknown']),
  perHour: z.number().nullable(),
  from: z.number().nullable(),
  to: z.number().nullable(),
  points: z.number(),
  windowMs: z.number(),
  drops: z.number(),
  because: z.string(),
});

/** What worries most comes first; of two alike, the faster growth. */
const ORDER: readonly Trend['kind'][] = ['growing', 'sawtooth', 'falling', 'stable', 'unknown'];

const relative = ({ from, perHour }: Trend) => (perHour ?? 0) / Math.max(1e-9, Math.abs(from ?? 0));

function worseFirst(a: Trend, b: Trend): number {
  return ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || relative(b) - relative(a);
}

/** `signals.trend`: whether a signal grows steadily, is a sawtooth, or is stable. */
function trendProbe(): Probe {
  return defineProbe({
    id: 'signals.trend',
    title: 'Signal: is it growing?',
    input: z.strictObject(windowInput),
    result: z.object({
      ...trend.shape,
      /** Of the series that is told; the one that worries most. */
      labels,
      series: z.array(z.object({ labels, ...trend.shape })),
    }),
    command: (input) => `signal ${input.signal}${shownLabels(input.labels)}, its trend`,
    needs,
    async read(input, context) {
      const series = seriesOf(input, context)
        .map(({ labels: own, points }) => ({ labels: { ...own }, ...trendOf(points) }))
        .sort(worseFirst);
      const worst = series[0] ?? { labels: {}, ...trendOf([]) };
      return { ...worst, series };
    },
  });
}

/** The probes over the region's live data. */
export function signalsProbes(): Probe[] {
  return [valueProbe(), seriesProbe(), trendProbe()];
}
