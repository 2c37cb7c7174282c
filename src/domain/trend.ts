/** One observation. `at` is epoch ms. */
export interface TrendPoint {
  readonly at: number;
  readonly value: number;
}

type TrendKind = 'growing' | 'falling' | 'sawtooth' | 'stable' | 'unknown';

export interface Trend {
  readonly kind: TrendKind;
  /** Growth in the value's own unit; between the drops, where it is a sawtooth; null while unknown. */
  readonly perHour: number | null;
  /** Values of the trend's line at the window's two ends; null while unknown. */
  readonly from: number | null;
  readonly to: number | null;
  /** Points it rests on. */
  readonly points: number;
  readonly windowMs: number;
  /** Sharp falls within the window, e.g. collections of garbage. */
  readonly drops: number;
  /** In words, without the value's unit. */
  readonly because: string;
}

const HOUR_MS = 3_600_000;
/** With fewer points a slope is chance. */
const POINTS_MIN = 8;
/** More are thinned out: the median of all pairs takes the square of their number. */
const POINTS_MAX = 200;
/** The latest time a date can have, ms; and values whose differences a number can still hold. */
const TIME_MAX = 8.64e15;
const VALUE_MAX = 1e150;
/** Growth over the window that matters, as a share of the level. */
const GROWTH_SHARE_MIN = 0.05;
/** Growth must exceed the scatter around its line by this. */
const GROWTH_TO_SCATTER_MIN = 2;
/** A fall from the last peak that is a drop, as a share of the whole range. */
const DROP_SHARE = 0.5;
/** What of that must happen from one point to the next. */
const STEP_SHARE = 0.25;
/** With more sharp rises than one in so many drops it is no sawtooth. */
const RISES_TO_DROPS = 3;
/** Points a tooth has on the average; shorter ones are noise. */
const TOOTH_POINTS_MIN = 3;
/** A floor is seen so many observations late: the first after a fall may be missed. */
const LATE_STEPS = 2;
/** From here on drops are a pattern, not an event. */
const DROPS_MIN = 2;
/** The least significance of Kendall's test that counts as a trend: 1.96 is 95 %. */
const Z_MIN = 1.96;

function median(sorted: readonly number[]): number {
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? 0) + high) / 2;
}

const ascending = (numbers: number[]): number[] => numbers.sort((a, b) => a - b);

interface Line {
  /** Per ms. */
  readonly slope: number;
  /** At the first point. */
  readonly start: number;
  /** Kendall's test: how many standard errors the signs of all pairs are away from chance. */
  readonly z: number;
  /** Median distance of the points from the line. */
  readonly scatter: number;
}

/**
 * The line after Theil and Sen: the median of the slopes of all pairs of points, so that no minority
 * of outliers bends it (P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau",
 * JASA 63, 1968), with the Mann-Kendall test of whether there is a trend at all (H. B. Mann,
 * Econometrica 13, 1945; M. G. Kendall, "Rank Correlation Methods"):
 * S = Σ sign(vⱼ − vᵢ), Var S = n(n−1)(2n+5)/18, z = (S ∓ 1)/√Var.
 */
function lineThrough(points: readonly TrendPoint[]): Line {
  const slopes: number[] = [];
  let signs = 0;
  for (const [index, a] of points.entries()) {
    for (let next = index + 1; next < points.length; next += 1) {
      const b = points[next];
      if (b === undefined || b.at <= a.at) continue;
      slopes.push((b.value - a.value) / (b.at - a.at));
      signs += Math.sign(b.value - a.value);
    }
  }
  const slope = slopes.length === 0 ? 0 : median(ascending(slopes));
  const begin = points[0]?.at ?? 0;
  const start = median(ascending(points.map(({ at, value }) => value - slope * (at - begin))));
  const scatter = median(
    ascending(points.map(({ at, value }) => Math.abs(value - start - slope * (at - begin)))),
  );
  const n = points.length;
  const deviation = Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const z = deviation === 0 ? 0 : (signs - Math.sign(signs)) / deviation;
  return { slope, start, z, scatter };
}

/** Real values in order of time, one a moment, thinned out evenly to a bound. */
function usable(points: readonly TrendPoint[]): readonly TrendPoint[] {
  const ordered = points
    .filter(({ at, value }) => Math.abs(at) <= TIME_MAX && Math.abs(value) <= VALUE_MAX)
    .sort((a, b) => a.at - b.at)
    .filter(({ at }, index, all) => index === 0 || at !== all[index - 1]?.at);
  if (ordered.length <= POINTS_MAX) return ordered;
  const step = (ordered.length - 1) / (POINTS_MAX - 1);
  return Array.from({ length: POINTS_MAX }, (_, n) => ordered[Math.round(n * step)]).filter(
    (point) => point !== undefined,
  );
}

/**
 * Splits where the value falls sharply: within one step by a quarter of its whole range, and by half of
 * it below the peak since the last fall. What falls slowly, or less, is no drop.
 */
function teeth(points: readonly TrendPoint[]): readonly (readonly TrendPoint[])[] {
  const range = rangeOf(points);
  const result: TrendPoint[][] = [];
  let tooth: TrendPoint[] = [];
  let peak = Number.NEGATIVE_INFINITY;
  for (const [index, point] of points.entries()) {
    const before = points[index - 1]?.value ?? point.value;
    const sharp = before - point.value >= STEP_SHARE * range;
    if (range > 0 && sharp && peak - point.value >= DROP_SHARE * range) {
      result.push(tooth);
      tooth = [];
      peak = Number.NEGATIVE_INFINITY;
    }
    tooth.push(point);
    peak = Math.max(peak, point.value);
  }
  return [...result, tooth];
}

function rangeOf(points: readonly TrendPoint[]): number {
  const values = points.map(({ value }) => value);
  return Math.max(...values) - Math.min(...values);
}

/**
 * The teeth of what rises slowly and falls at once. Noise and what is switched on and off rise as sharply
 * as they fall: those are one tooth, and so is what moves too little to matter.
 */
function sawteeth(points: readonly TrendPoint[]): readonly (readonly TrendPoint[])[] {
  const level = Math.max(...points.map(({ value }) => Math.abs(value)));
  if (rangeOf(points) <= GROWTH_SHARE_MIN * level) return [points];
  const split = teeth(points);
  const rises = teeth(points.map(({ at, value }) => ({ at, value: -value }))).length - 1;
  const drops = split.length - 1;
  const slowly = rises * RISES_TO_DROPS <= drops;
  return slowly && points.length >= TOOTH_POINTS_MIN * split.length ? split : [points];
}

/** A single fall may be so deep, as that of a restart, that the teeth after it are small beside it. */
function resplit(split: readonly (readonly TrendPoint[])[]): readonly (readonly TrendPoint[])[] {
  const [before, since] = split;
  if (before === undefined || since === undefined || split.length !== 2) return split;
  return since.length < POINTS_MIN ? split : [before, ...sawteeth(since)];
}

/** What the tops and the floors of the teeth tell: a sawtooth that climbs is growth all the same. */
function climbs(teethOf: readonly (readonly TrendPoint[])[], least: number): boolean {
  const floors = teethOf.slice(1).map((tooth) => Math.min(...tooth.map(({ value }) => value)));
  const [first] = floors;
  const last = floors.at(-1);
  const rises = floors.every((floor, index) => index === 0 || floor > (floors[index - 1] ?? 0));
  return floors.length >= 3 && rises && (last ?? 0) - (first ?? 0) >= least;
}

const minutes = (ms: number) => `${Math.max(1, Math.round(ms / 60_000))} min`;

function share(part: number, whole: number): string {
  if (whole === 0) return 'from nothing';
  return `${((100 * part) / Math.abs(whole)).toFixed(1)} %`;
}

/** The growth between drops: the median over the teeth that are long enough to have one. */
function toothSlope(teethOf: readonly (readonly TrendPoint[])[]): number {
  const slopes = teethOf
    .filter(({ length }) => length >= TOOTH_POINTS_MIN)
    .map((tooth) => lineThrough(tooth).slope);
  return slopes.length === 0 ? 0 : median(ascending(slopes));
}

/**
 * Tells steady growth from a sawtooth and from what is stable, from a window of observations in any
 * order.
 *
 * - sawtooth: it rises slowly and falls sharply, twice or more, and its floors do not climb;
 * - growing, falling: the Theil-Sen line moves over the window by more than 5 % of its level and by more
 *   than twice its scatter, and the Mann-Kendall test says with 95 % that this is no chance; also a
 *   sawtooth whose floors climb by 5 %, and by more than they may be seen late. After a single drop, as of
 *   a restart, only what came since counts;
 * - stable: anything else;
 * - unknown: fewer than eight points, or no time between them.
 */
export function trendOf(all: readonly TrendPoint[]): Trend {
  const points = usable(all);
  if (points.length < POINTS_MIN || windowOf(points) <= 0) return unknown(points, '');
  const split = resplit(sawteeth(points));
  if (split.length > DROPS_MIN) return ofTeeth(points, split);
  const since = split.at(-1) ?? points;
  if (split.length === 1) return ofLine(points, 0, '');
  const words = ' since it fell back';
  return since.length < POINTS_MIN ? unknown(since, words) : ofLine(since, 1, words);
}

const windowOf = (points: readonly TrendPoint[]) => (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0);

function unknown(points: readonly TrendPoint[], since: string): Trend {
  const { length } = points;
  const because = `only ${length} observations${since}; ${POINTS_MIN} are needed`;
  const none = { perHour: null, from: null, to: null };
  const drops = since === '' ? 0 : 1;
  return { kind: 'unknown', ...none, points: length, windowMs: windowOf(points), drops, because };
}

function ofTeeth(points: readonly TrendPoint[], split: readonly (readonly TrendPoint[])[]): Trend {
  const windowMs = windowOf(points);
  const line = lineThrough(points);
  const from = line.start;
  const to = line.start + line.slope * windowMs;
  const drops = split.length - 1;
  const perTooth = toothSlope(split);
  const late = (LATE_STEPS * perTooth * windowMs) / (points.length - 1);
  const least = Math.max(GROWTH_SHARE_MIN * Math.max(Math.abs(from), Math.abs(to)), late);
  const head = { from, to, points: points.length, windowMs, drops };
  const often = `falls back ${drops} times over ${minutes(windowMs)}`;
  if (climbs(split, least)) {
    const because = `${often}, each time to a higher floor`;
    return { kind: 'growing', perHour: line.slope * HOUR_MS, ...head, because };
  }
  return { kind: 'sawtooth', perHour: perTooth * HOUR_MS, ...head, because: often };
}

function ofLine(points: readonly TrendPoint[], drops: number, since: string): Trend {
  const windowMs = windowOf(points);
  const { scatter, slope, start, z } = lineThrough(points);
  const moved = slope * windowMs;
  const to = start + moved;
  const head = { from: start, to, points: points.length, windowMs, drops };
  const perHour = slope * HOUR_MS;
  const over = `over ${minutes(windowMs)}${since}`;
  const least = GROWTH_SHARE_MIN * Math.max(Math.abs(start), Math.abs(to));
  const size = Math.abs(moved);
  if (size <= least || size <= GROWTH_TO_SCATTER_MIN * scatter || Math.abs(z) < Z_MIN) {
    const because = `moves by no more than its noise ${over}`;
    return { kind: 'stable', perHour, ...head, because };
  }
  const kind = moved > 0 ? 'growing' : 'falling';
  return { kind, perHour, ...head, because: `${kind} by ${share(size, start)} ${over}` };
}
