import type { Labels } from '../domain/metrics.ts';
import type { Told } from './instances.ts';

/** A value with where it came from, or the reason why there is none. */
export interface Answer {
  readonly labels: Labels;
  readonly value: number | string | null;
  readonly reason: string | null;
  readonly told: readonly Told[];
  readonly stale: boolean;
}

export const NOTHING_SCRAPED = 'no source of metrics has answered yet';

/** There is no value, for this reason. */
export const absent = (reason: string): Answer => ({
  labels: {},
  value: null,
  reason,
  told: [],
  stale: false,
});

/** A value, unless it is no finite number: then there is none, for the reason given. */
export function present(
  value: number | string | null,
  told: readonly Told[],
  stale: boolean,
  reason: string,
  labels: Labels = {},
): Answer {
  const usable = typeof value === 'number' && !Number.isFinite(value) ? null : value;
  return usable === null
    ? { labels, value: null, reason, told: [], stale }
    : { labels, value: usable, reason: null, told, stale };
}
