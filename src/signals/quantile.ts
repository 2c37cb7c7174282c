/** Relative difference between neighbouring buckets that is taken for a rounding error. */
const SMALL_DELTA = 1e-12;

/** A cumulative bucket: how many observations were at most `le`. */
export interface Bucket {
  readonly le: number;
  readonly count: number;
}

/** Equal bounds added up, sorted, and made to rise: a scrape is no atomic snapshot of a histogram. */
function rising(buckets: readonly Bucket[]): Bucket[] {
  const byBound = new Map<number, number>();
  for (const { le, count } of buckets) {
    if (!Number.isNaN(le) && Number.isFinite(count))
      byBound.set(le, (byBound.get(le) ?? 0) + count);
  }
  let highest = 0;
  return [...byBound]
    .sort(([a], [b]) => a - b)
    .map(([le, count], index) => {
      const noise = index > 0 && Math.abs(count - highest) <= SMALL_DELTA * Math.abs(highest);
      highest = index === 0 ? count : noise ? highest : Math.max(highest, count);
      return { le, count: highest };
    });
}

/**
 * A quantile of a classic histogram, as Prometheus' `histogram_quantile` gives it
 * (https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile): linear
 * interpolation inside the bucket that holds the rank; the lowest bucket starts at 0 when its bound is
 * above 0; in the `+Inf` bucket the answer is the bound of the one before.
 *
 * @param quantile 0 to 1
 * @param buckets cumulative, in any order; equal bounds are added up
 * @returns the quantile in the histogram's unit; null without a `+Inf` bucket, with fewer than two
 *   buckets, without an observation, or for quantile 0 when the lowest bucket is empty
 */
export function histogramQuantile(quantile: number, buckets: readonly Bucket[]): number | null {
  if (!(quantile >= 0 && quantile <= 1)) return null;
  const sorted = rising(buckets);
  const last = sorted.at(-1);
  const beforeLast = sorted.at(-2);
  if (!last || !beforeLast || last.le !== Number.POSITIVE_INFINITY || last.count <= 0) return null;
  let rank = quantile * last.count;
  const index = sorted.findIndex((bucket) => bucket.count >= rank);
  const bucket = sorted[index];
  if (!bucket || bucket === last) return beforeLast.le;
  const below = sorted[index - 1];
  if (!below && bucket.le <= 0) return bucket.le;
  const start = below?.le ?? 0;
  const count = bucket.count - (below?.count ?? 0);
  rank -= below?.count ?? 0;
  const value = start + (bucket.le - start) * (rank / count);
  // Quantile 0 above an empty first bucket, a bound of -Inf: Prometheus has no number for these either.
  return count > 0 && !Number.isNaN(value) ? value : null;
}
