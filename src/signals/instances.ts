import type { SourceState } from '../domain/source.ts';

/**
 * For how many of its intervals the last values of an instance that fails still count beside those
 * that answer: long enough that one lost scrape closes no breaker, short enough that a dead worker
 * does not hold one open.
 */
export const INSTANCE_KEPT_INTERVALS = 3;

export type SourceStates = Readonly<Record<string, Pick<SourceState, 'status' | 'intervalMs'>>>;

/** A value with the source that told it, and when. */
export interface Told {
  readonly source: string;
  readonly at: number;
}

/** Whether an instance still counts: it answers, or has only just ceased to. */
export function speaksNow(told: Told, sources: SourceStates, now: number): boolean {
  const source = sources[told.source];
  if (source?.status !== 'failed') return true;
  return now - told.at <= INSTANCE_KEPT_INTERVALS * source.intervalMs;
}

/**
 * The values that speak for a signal now. While any instance counts, those that failed too long ago do
 * not; when none does, all last good values stay, and are `stale`.
 */
export function speaking<T extends Told>(
  values: readonly T[],
  sources: SourceStates,
  now: number,
): { readonly values: readonly T[]; readonly stale: boolean } {
  const counted = values.filter((value) => speaksNow(value, sources, now));
  return counted.length > 0 ? { values: counted, stale: false } : { values, stale: true };
}

/** The oldest of the values' times; null for none. */
export function oldest(values: readonly Told[]): number | null {
  return values.length === 0 ? null : Math.min(...values.map(({ at }) => at));
}
