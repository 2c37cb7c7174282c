import { type MetricRow, metricsTable, signalName } from '../../src/console/tables/metrics.ts';
import { formatAge } from '../../src/domain/duration.ts';
import { formatSignal } from '../../src/domain/format.ts';
import type { SignalReading } from '../../src/domain/signal.ts';
import type { Point } from '../../src/live/history.ts';
import { signalSeries } from '../../src/live/series.ts';
import { labelled } from '../present/detail.ts';
import { GRAPH_MARGIN, type GraphBound, graph } from '../present/graph.ts';
import { blank, type Line, phrase, text } from '../present/line.ts';
import { valueTone } from '../present/metrics.ts';
import type { Detail } from './detail.ts';

const GRAPH_LINES = 10;
const GRAPH_COLUMNS_MAX = 180;

/** The numbers behind the words of a threshold, where the reading brings them. */
interface Limits {
  readonly direction: 'above' | 'below';
  readonly warning: number | null;
  readonly critical: number | null;
}

function limitsOf(reading: SignalReading & { readonly limits?: Limits | null }): Limits | null {
  return reading.limits ?? null;
}

function boundsOf(limits: Limits | null): readonly GraphBound[] {
  if (limits === null) return [];
  const { critical, warning } = limits;
  return [
    ...(critical === null ? [] : [{ value: critical, tone: 'bad' as const }]),
    ...(warning === null ? [] : [{ value: warning, tone: 'warn' as const }]),
  ];
}

function valueWords(reading: SignalReading): Line {
  const words = formatSignal(reading);
  const crossed = reading.state === 'warning' || reading.state === 'critical';
  const threshold = crossed && reading.threshold !== null ? `  ${reading.threshold}` : '';
  return [
    text(`${words}${threshold}`, reading.stale ? 'quiet' : valueTone[reading.state]),
    ...(reading.stale ? [text('  old: nothing it rests on answers', 'warn')] : []),
  ];
}

/** `now 1.42 s   least 310 ms   most 1.50 s   mean 640 ms`. */
function figures(points: readonly Point[], reading: SignalReading): Line {
  const values = points.map(({ value }) => value).filter(Number.isFinite);
  if (values.length === 0) return [];
  const say = (value: number) => formatSignal({ value, unit: reading.unit });
  const sum = values.reduce((total, value) => total + value, 0);
  const spanMs = (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0);
  const words = [
    `least ${say(Math.min(...values))}`,
    `most ${say(Math.max(...values))}`,
    `mean ${say(sum / values.length)}`,
  ];
  return [text(words.join('   ')), text(`   in ${formatAge(spanMs)}`, 'quiet')];
}

function labelLines({ labels }: SignalReading): readonly Line[] {
  return Object.entries(labels).map(([name, value]) => labelled(name, [text(value)]));
}

/** One signal: its value, its threshold, and its recent past drawn large. */
export const metricDetail: Detail<MetricRow> = {
  table: metricsTable,
  summary: ({ reading }) => valueWords(reading),
  lines({ reading }, { history, width }) {
    const points = history.points(signalSeries(reading.id, reading.labels));
    const limits = limitsOf(reading);
    const read: Line =
      reading.observedAt === null
        ? [text('not yet', 'quiet')]
        : [phrase('age', reading.observedAt, { after: ' ago' })];
    return [
      labelled('signal', [text(signalName(reading))]),
      ...labelLines(reading),
      labelled('now', valueWords(reading)),
      labelled('recent past', figures(points, reading)),
      labelled('threshold', [text(reading.threshold ?? 'none', 'quiet')]),
      labelled('read', read),
      blank,
      ...graph(points, {
        width: Math.max(10, Math.min(GRAPH_COLUMNS_MAX, width - GRAPH_MARGIN - 2)),
        height: GRAPH_LINES,
        bounds: boundsOf(limits),
        worst: limits?.direction === 'below' ? 'least' : 'most',
        tone: reading.stale ? 'quiet' : 'accent',
        format: (value) => formatSignal({ value, unit: reading.unit }),
      }),
    ];
  },
};
