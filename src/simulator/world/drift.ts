import type { Spread, Spreads } from './warehouse.ts';

/** How far a feature has moved from what a model was trained on. */
export interface FeatureDrift {
  readonly feature: string;
  /** Population stability index over tenths of the baseline. */
  readonly psi: number;
  /** Kolmogorov-Smirnov. */
  readonly statistic: number;
  readonly pValue: number;
}

/** The bounds of tenths of a normal distribution. */
const TENTHS = [-1.2816, -0.8416, -0.5244, -0.2533, 0, 0.2533, 0.5244, 0.8416, 1.2816];
const LEAST_SHARE = 0.0001;

/** The share of a normal distribution below `z` (Abramowitz and Stegun 26.2.17). */
function below(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const poly =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly;
  return z < 0 ? tail : 1 - tail;
}

function driftOf(feature: string, baseline: Spread, now: Spread, rows: number): FeatureDrift {
  const bounds = TENTHS.map((z) => below((baseline.mean + z * baseline.sd - now.mean) / now.sd));
  const shares = [...bounds, 1].map((upper, n) => upper - (bounds[n - 1] ?? 0));
  const psi = shares.reduce((sum, share) => {
    const seen = Math.max(LEAST_SHARE, share);
    return sum + (seen - 0.1) * Math.log(seen / 0.1);
  }, 0);
  const statistic = Math.max(...bounds.map((share, n) => Math.abs(share - (n + 1) / 10)));
  const pValue = Math.min(1, 2 * Math.exp(-2 * (rows / 2) * statistic ** 2));
  return { feature, psi, statistic, pValue };
}

/** The drift of every feature that both know. @param rows of which the present is told */
export function driftBetween(
  baseline: Spreads,
  now: Spreads,
  rows: number,
): readonly FeatureDrift[] {
  return Object.entries(baseline).flatMap(([feature, before]) => {
    const after = now[feature];
    return after === undefined ? [] : [driftOf(feature, before, after, rows)];
  });
}
