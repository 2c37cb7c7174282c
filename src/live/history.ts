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
  /** When the newest point of a series was observed, epoch ms; null without one. */
  newest(series: string): number | null;
  revision(): number;
}

/**
 * The last points of one series. Its room is taken at once and in plain numbers: a console that stays open
 * does not grow while it fills, and nothing of it is ever collected.
 */
class Ring {
  readonly #at: Float64Array;
  readonly #values: Float64Array;
  /** Place of the oldest point. */
  #first = 0;
  #length = 0;

  constructor(pointsMax: number) {
    this.#at = new Float64Array(pointsMax);
    this.#values = new Float64Array(pointsMax);
  }

  add({ at, value }: Point): void {
    const max = this.#at.length;
    const place = (this.#first + this.#length) % max;
    this.#at[place] = at;
    this.#values[place] = value;
    if (this.#length < max) this.#length += 1;
    else this.#first = (this.#first + 1) % max;
  }

  points(): Point[] {
    return Array.from({ length: this.#length }, (_, index) => this.#point(index));
  }

  newest(): number | null {
    return this.#length === 0 ? null : this.#point(this.#length - 1).at;
  }

  #point(index: number): Point {
    const place = (this.#first + index) % this.#at.length;
    return { at: this.#at[place] ?? Number.NaN, value: this.#values[place] ?? Number.NaN };
  }
}

export function createHistory(pointsMax = HISTORY_POINTS_MAX): History {
  const rings = new Map<string, Ring>();
  let revision = 0;
  return {
    add(series, point) {
      const ring = rings.get(series) ?? new Ring(pointsMax);
      rings.delete(series);
      rings.set(series, ring);
      ring.add(point);
      if (rings.size > HISTORY_SERIES_MAX) {
        const [oldest] = rings.keys();
        if (oldest !== undefined) rings.delete(oldest);
      }
      revision += 1;
    },
    points: (series) => rings.get(series)?.points() ?? [],
    newest: (series) => rings.get(series)?.newest() ?? null,
    revision: () => revision,
  };
}
