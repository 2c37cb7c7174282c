import type { Point } from '../../src/live/history.ts';

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** One column of a sparkline stands for this long. */
export const SPARK_BUCKET_MS = 10_000;

/**
 * The recent past as bars from zero to the largest value seen, newest at the right; a bucket without
 * a point is a space. Buckets lie at fixed times, so a column never changes once it is past.
 */
export function sparkline(points: readonly Point[], width: number, until: number): string {
  const last = Math.floor(until / SPARK_BUCKET_MS);
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { at, value } of points) {
    const bucket = Math.floor(at / SPARK_BUCKET_MS);
    if (bucket > last || bucket <= last - width || !Number.isFinite(value)) continue;
    const { sum, count } = sums.get(bucket) ?? { sum: 0, count: 0 };
    sums.set(bucket, { sum: sum + value, count: count + 1 });
  }
  const means = Array.from({ length: width }, (_, column) => {
    const found = sums.get(last - width + 1 + column);
    return found ? found.sum / found.count : null;
  });
  const top = Math.max(0, ...means.map((mean) => mean ?? 0));
  return means
    .map((mean) => {
      if (mean === null) return ' ';
      if (top === 0) return bars[0];
      return bars[Math.max(0, Math.min(7, Math.round((mean / top) * 7)))] ?? bars[0];
    })
    .join('');
}
