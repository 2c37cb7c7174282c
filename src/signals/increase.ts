/** A counter as one scrape told it. */
export interface CounterPoint {
  /** Null when the scrape had no such series; NaN when its value was no counter's. */
  readonly value: number | null;
  /** True when the instance started anew since the scrape before. */
  readonly restarted: boolean;
}

/**
 * How much a counter rose over consecutive scrapes of its instance, never negative. A lower value, or
 * a restarted instance, means it began again at 0. A series that was not there counts as 0, so one
 * that is born between two scrapes counts wholly. Unreadable values are passed over.
 *
 * @param points oldest first; the first one is only the base
 * @returns the increase; null with fewer than two readable points
 */
export function counterIncrease(points: Iterable<CounterPoint>): number | null {
  let total = 0;
  let before: number | null = null;
  let seen = 0;
  let restarted = false;
  for (const point of points) {
    restarted ||= point.restarted;
    const value = point.value ?? 0;
    if (!isCount(value)) continue;
    seen += 1;
    if (before !== null) total += restarted || value < before ? value : value - before;
    before = value;
    restarted = false;
  }
  return seen < 2 ? null : total;
}

/** True for what a counter can be: finite and not below 0. */
function isCount(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}
