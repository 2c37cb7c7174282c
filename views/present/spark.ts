import type { Point } from '../../src/live/history.ts';

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** One column of a sparkline stands for this long. */
export const SPARK_BUCKET_MS = 10_000;

/** Columns of a chart stand closer: 15 minutes fill 180. */
const CHART_BUCKET_MS = 5000;

/** Means of the points in buckets that lie at fixed times, newest last; null where there is none. */
function buckets(
  points: readonly Point[],
  width: number,
  until: number,
  bucketMs: number,
): readonly (number | null)[] {
  const last = Math.floor(until / bucketMs);
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { at, value } of points) {
    const bucket = Math.floor(at / bucketMs);
    if (bucket > last || bucket <= last - width || !Number.isFinite(value)) continue;
    const { sum, count } = sums.get(bucket) ?? { sum: 0, count: 0 };
    sums.set(bucket, { sum: sum + value, count: count + 1 });
  }
  return Array.from({ length: width }, (_, column) => {
    const found = sums.get(last - width + 1 + column);
    return found ? found.sum / found.count : null;
  });
}

/** One line of a chart from zero to the largest value seen; `row` counts from the top. */
export function chartRow(
  points: readonly Point[],
  size: { readonly width: number; readonly height: number; readonly row: number },
  until: number,
): string {
  const means = buckets(points, size.width, until, CHART_BUCKET_MS);
  const top = Math.max(0, ...means.map((mean) => mean ?? 0));
  const below = size.height - 1 - size.row;
  return means
    .map((mean) => {
      if (mean === null) return ' ';
      const eighths = top === 0 ? 0 : Math.round((mean / top) * size.height * 8);
      const here = Math.min(8, Math.max(below === 0 ? 1 : 0, eighths - below * 8));
      return here === 0 ? ' ' : (bars[here - 1] ?? bars[7]);
    })
    .join('');
}

/**
 * The recent past as bars from zero to the largest value seen, newest at the right; a bucket without
 * a point is a space. Buckets lie at fixed times, so a column never changes once it is past.
 */
export function sparkline(points: readonly Point[], width: number, until: number): string {
  const means = buckets(points, width, until, SPARK_BUCKET_MS);
  const top = Math.max(0, ...means.map((mean) => mean ?? 0));
  return means
    .map((mean) => {
      if (mean === null) return ' ';
      if (top === 0) return bars[0];
      return bars[Math.max(0, Math.min(7, Math.round((mean / top) * 7)))] ?? bars[0];
    })
    .join('');
}
