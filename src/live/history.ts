/** Points kept for one series: 15 minutes at one every 5 s. */
const HISTORY_POINTS_MAX = 180;
/** Series kept at once; the oldest untouched goes first. */
const HISTORY_SERIES_MAX = 500;

export interface Point {
  /** Epoch ms. */
  readonly at: number;
  readonly value: number;
}

/** Bounded rings of the recent past, one a series, written on every observation. */
export interface History {
  add(series: string, point: Point): void;
  /** Oldest first; empty for an unknown series. */
  points(series: string): readonly Point[];
  revision(): number;
}

export function createHistory(pointsMax = HISTORY_POINTS_MAX): History {
  const rings = new Map<string, Point[]>();
  let revision = 0;
  return {
    add(series, point) {
      const ring = rings.get(series) ?? [];
      rings.delete(series);
      rings.set(series, ring);
      ring.push(point);
      if (ring.length > pointsMax) ring.shift();
      if (rings.size > HISTORY_SERIES_MAX) {
        const [oldest] = rings.keys();
        if (oldest !== undefined) rings.delete(oldest);
      }
      revision += 1;
    },
    points: (series) => rings.get(series) ?? [],
    revision: () => revision,
  };
}
