import * as z from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { shellWords } from '../../domain/shell-word.ts';
import { trendOf } from '../../domain/trend.ts';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import { pageProbe } from './page-probe.ts';
import type { PrometheusClient } from './query-client.ts';

/** The region's Prometheus and its address for words; null when none is configured. */
export type OpenPrometheus = () => {
  readonly client: PrometheusClient;
  readonly url: string;
} | null;

const EXPRESSION_LENGTH_MAX = 2000;
const SERIES_MAX = 50;
/** Points over the window: enough for a trend, and little for the server. */
const POINTS = 120;
const STEP_MS_MIN = 1000;

const expr = z.string().min(1).max(EXPRESSION_LENGTH_MAX).describe('a PromQL expression');
const labels = z.record(z.string(), z.string());
const duration = z
  .string()
  .refine((text) => parseDuration(text) !== null, 'must be a duration such as 1h');

function opened(open: OpenPrometheus) {
  const found = open();
  if (found !== null) return found;
  const mend = 'name it in the configuration of the region: prometheus: { url: … }';
  throw new OperatorError('missing', 'this region has no Prometheus server to ask', mend);
}

function promtool(open: OpenPrometheus, kind: readonly string[], text: string): string {
  const url = open()?.url ?? 'http://prometheus:9090';
  return shellWords(['promtool', 'query', ...kind, url, sanitizeLine(text)]);
}

/** `prometheus.query`: the value of an expression now. */
function queryProbe(open: OpenPrometheus): Probe {
  const row = z.object({ labels, value: z.number() });
  return defineProbe({
    id: 'prometheus.query',
    title: 'Prometheus: a query',
    input: z.strictObject({ expr }),
    result: z.object({
      /** The highest value; null when no series fits. */
      value: z.number().nullable(),
      /** The highest first. */
      series: z.array(row),
      count: z.number(),
      /** What the server warned of. */
      problems: z.array(z.string()),
    }),
    command: (input) => promtool(open, ['instant'], input.expr),
    async read(input, { signal }) {
      const answer = await opened(open).client.instant(input.expr, signal);
      const series = answer.series
        .filter(({ value }) => Number.isFinite(value))
        .map(({ labels: own, value }) => ({ labels: { ...own }, value }))
        .sort((a, b) => b.value - a.value);
      return {
        value: series[0]?.value ?? null,
        series: series.slice(0, SERIES_MAX),
        count: series.length,
        problems: [...answer.problems],
      };
    },
  });
}

/** `prometheus.trend`: whether an expression has grown over a window longer than is kept here. */
function trendProbe(open: OpenPrometheus): Probe {
  const trend = {
    kind: z.enum(['growing', 'falling', 'sawtooth', 'stable', 'unknown']),
    perHour: z.number().nullable(),
    from: z.number().nullable(),
    to: z.number().nullable(),
    points: z.number(),
    windowMs: z.number(),
    drops: z.number(),
    because: z.string(),
  };
  return defineProbe({
    id: 'prometheus.trend',
    title: 'Prometheus: is it growing?',
    input: z.strictObject({ expr, window: duration.default('1h') }),
    result: z.object({
      ...trend,
      /** Of the series that grows most. */
      labels,
      series: z.array(z.object({ labels, ...trend })),
    }),
    command: ({ expr: text, window }) => promtool(open, ['range', `--start=now-${window}`], text),
    async read(input, { clock, signal }) {
      const windowMs = parseDuration(input.window) ?? 0;
      const to = clock.now();
      const stepMs = Math.max(STEP_MS_MIN, Math.round(windowMs / POINTS));
      const range = { from: to - windowMs, to, stepMs };
      const answer = await opened(open).client.range(input.expr, range, signal);
      const series = answer.series
        .slice(0, SERIES_MAX)
        .map(({ labels: own, value }) => ({ labels: { ...own }, ...trendOf(value) }))
        .sort(
          (a, b) =>
            Number(b.kind === 'growing') - Number(a.kind === 'growing') ||
            (b.perHour ?? 0) - (a.perHour ?? 0),
        );
      return { ...(series[0] ?? { labels: {}, ...trendOf([]) }), series };
    },
  });
}

/** The probes of this integration; `open` is called at each read. */
export function prometheusProbes(open: OpenPrometheus): Probe[] {
  return [queryProbe(open), trendProbe(open), pageProbe()];
}
