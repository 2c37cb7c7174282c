import { formatAge } from '../../src/domain/duration.ts';
import type { Point } from '../../src/live/history.ts';
import { cell, type Line, type Span, type Tone, text } from './line.ts';

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
/** The least time a column stands for. */
const BUCKET_MS_MIN = 5000;
/** What the rings of the history keep. */
const SPAN_MS = 15 * 60_000;
const AXIS_WIDTH = 9;
/** Columns beside the bars: the axis and its line. */
export const GRAPH_MARGIN = 3 + AXIS_WIDTH + 2;
/** Below this share of the top the axis begins at zero. */
const ZERO_SHARE = 0.5;

/** A bound that is drawn as a line through the graph. */
export interface GraphBound {
  readonly value: number;
  readonly tone: Tone;
}

export interface GraphOptions {
  /** Columns of bars. */
  readonly width: number;
  readonly height: number;
  /** The worst first. */
  readonly bounds: readonly GraphBound[];
  /** Of bars that are beyond no bound. */
  readonly tone: Tone;
  /** Which value of a column counts: the one nearest to trouble. */
  readonly worst: 'most' | 'least';
  format(value: number): string;
}

interface Scale {
  readonly from: number;
  readonly to: number;
}

/** Time a column stands for: so much that the whole ring fits, and every column has a point. */
function bucketMsOf(points: readonly Point[], width: number): number {
  const gaps = points.slice(1).map(({ at }, index) => at - (points[index]?.at ?? at));
  const usual = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
  const second = (ms: number) => Math.round(ms / 1000) * 1000;
  return Math.max(BUCKET_MS_MIN, second(usual), Math.ceil(SPAN_MS / width / 1000) * 1000);
}

/** The value that counts in each column, newest last; buckets lie at fixed times. */
function columnsOf(points: readonly Point[], bucketMs: number, options: GraphOptions) {
  const { width, worst } = options;
  const last = Math.floor((points.at(-1)?.at ?? 0) / bucketMs);
  const columns: (number | null)[] = Array.from({ length: width }, () => null);
  for (const { at, value } of points) {
    const column = Math.floor(at / bucketMs) - last + width - 1;
    const before = columns[column];
    if (before === undefined || !Number.isFinite(value)) continue;
    const worse = before !== null && (worst === 'most' ? value <= before : value >= before);
    if (!worse) columns[column] = value;
  }
  // A reading that came a moment late leaves its column empty: no gap in what was seen.
  return columns.map((value, at) =>
    value === null && columns[at + 1] != null ? (columns[at - 1] ?? null) : value,
  );
}

/** From zero, unless all values lie close together; a bound that is near is made room for. */
function scaleOf(values: readonly number[], bounds: readonly GraphBound[]): Scale {
  const most = Math.max(...values);
  const least = Math.min(...values);
  const near = bounds.map(({ value }) => value).filter((bound) => bound <= 2 * most && bound > 0);
  const to = Math.max(most, ...near);
  const low = Math.min(least, ...near);
  const from = low < 0 ? low : low > ZERO_SHARE * to && most > least ? 2 * low - to : 0;
  const floor = low < 0 ? from : Math.max(0, from);
  return to > floor ? { from: floor, to } : { from: floor, to: floor + (Math.abs(floor) || 1) };
}

/** Eighths of a line that a value reaches. */
function heightOf(value: number, { from, to }: Scale, height: number): number {
  return Math.round(((value - from) / (to - from)) * height * 8);
}

/** Puts neighbours of one tone together. */
function runs(cells: readonly (readonly [string, Tone])[]): readonly Span[] {
  const spans: { text: string; tone: Tone }[] = [];
  for (const [char, tone] of cells) {
    const last = spans.at(-1);
    if (last?.tone === tone) last.text += char;
    else spans.push({ text: char, tone });
  }
  return spans;
}

/** The worst bound that a value is beyond. */
function crossed(value: number, { bounds, worst }: GraphOptions): GraphBound | undefined {
  return bounds.find((bound) => (worst === 'most' ? value > bound.value : value < bound.value));
}

interface Plot {
  readonly columns: readonly (number | null)[];
  readonly scale: Scale;
  readonly options: GraphOptions;
}

function plotRow({ columns, scale, options }: Plot, row: number): Line {
  const { bounds, format, height, tone } = options;
  const below = (height - 1 - row) * 8;
  const rowOf = (value: number) =>
    height - 1 - Math.min(height - 1, Math.floor(heightOf(value, scale, height) / 8 - 0.01));
  const bound = bounds.find(({ value }) => rowOf(value) === row && value <= scale.to);
  const cells = columns.map((value): readonly [string, Tone] => {
    const reach = value === null ? 0 : Math.max(1, heightOf(value, scale, height)) - below;
    if (value !== null && reach > 0) {
      return [BARS[Math.min(8, reach) - 1] ?? '█', crossed(value, options)?.tone ?? tone];
    }
    return bound === undefined ? [' ', 'plain'] : ['┄', bound.tone];
  });
  const axis =
    row === 0
      ? scale.to
      : row === height - 1
        ? scale.from
        : bound === undefined
          ? null
          : bound.value;
  const marked = bound !== undefined && axis === bound.value;
  const label = axis === null ? '' : format(axis);
  return [
    text('   '),
    ...cell([text(label, marked ? bound.tone : 'quiet')], AXIS_WIDTH, 'right'),
    text(axis === null ? ' │' : ' ┤', 'quiet'),
    ...runs(cells),
  ];
}

/**
 * A series drawn large: bars with an axis, bounds as lines, and the time it spans. The newest point is at
 * the right; nothing moves until there is a newer one.
 */
export function graph(points: readonly Point[], options: GraphOptions): readonly Line[] {
  const finite = points.filter(({ value }) => Number.isFinite(value));
  if (finite.length === 0) return [[text('   no number has been seen yet', 'quiet')]];
  const bucketMs = bucketMsOf(finite, options.width);
  const columns = columnsOf(finite, bucketMs, options);
  const scale = scaleOf(
    columns.filter((value) => value !== null),
    options.bounds,
  );
  const plot = { columns, scale, options };
  const span = `${formatAge(options.width * bucketMs)} before`;
  const end = 'last reading';
  const gap = ' '.repeat(Math.max(1, options.width - span.length - end.length));
  return [
    ...Array.from({ length: options.height }, (_, row) => plotRow(plot, row)),
    [text(' '.repeat(GRAPH_MARGIN)), text(`${span}${gap}${end}`, 'quiet')],
  ];
}
