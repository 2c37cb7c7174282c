import type { Labels, Sample } from '../domain/metrics.ts';
import type { Selector } from './definition.ts';
import { type CounterPoint, counterIncrease } from './increase.ts';
import { signalKey } from './key.ts';
import { matches, type Selection } from './selection.ts';

/** Scrapes kept for one source, whatever the windows ask for. */
export const WINDOW_SCRAPES_MAX = 1000;
/** Selected series kept for one source; what comes after is not taken in. */
export const WINDOW_SERIES_MAX = 5000;
/** Exporters reckon their start time with a second's jitter; more than this is a restart. */
const RESTART_JITTER_SECONDS = 2;
const START_TIME = 'process_start_time_seconds';

interface Series {
  readonly name: string;
  readonly labels: Labels;
  lastSeenAt: number;
}

interface Scrape {
  readonly at: number;
  readonly restarted: boolean;
  readonly values: ReadonlyMap<string, number>;
}

interface Instance {
  scrapes: Scrape[];
  readonly series: Map<string, Series>;
  startedAtSeconds: number | null;
}

/** The newest value of a series, with the instance that told it. */
interface LatestValue {
  readonly source: string;
  readonly labels: Labels;
  readonly value: number;
  /** When it was scraped, epoch ms. */
  readonly at: number;
}

/** How much a counter of one instance rose inside a window. */
export interface SeriesIncrease {
  readonly source: string;
  readonly labels: Labels;
  readonly increase: number;
  /** From the first to the last scrape inside the window. */
  readonly elapsedMs: number;
  /** The last scrape, epoch ms. */
  readonly at: number;
}

/** What the windows know of some selectors: enough to say why there is no number. */
interface Increases {
  readonly series: readonly SeriesIncrease[];
  /** True when some instance has such a series at all, readable or not. */
  readonly known: boolean;
}

/** Bounded rings of the selected series, one ring of scrapes a source. */
export interface Windows {
  /** Takes in one scrape of a source; `at` in epoch ms. */
  scrape(source: string, samples: readonly Sample[], at: number): void;
  /** True once any source has been scraped. */
  scraped(): boolean;
  /** The newest finite value of each matching series. */
  latest(selector: Selector): readonly LatestValue[];
  /** The increase of each matching series over `windowMs` before `now`. */
  increases(selectors: readonly Selector[], windowMs: number, now: number): Increases;
}

function* counterPoints(scrapes: readonly Scrape[], key: string): Iterable<CounterPoint> {
  for (const { values, restarted } of scrapes) yield { value: values.get(key) ?? null, restarted };
}

function takeIn(instance: Instance, selection: Selection, samples: readonly Sample[], at: number) {
  const values = new Map<string, number>();
  let startedAtSeconds: number | null = null;
  let selected = 0;
  for (const { name, labels, value } of samples) {
    if (name === START_TIME && Number.isFinite(value)) startedAtSeconds = value;
    // Keys are dear: a scrape with far too many series must not hold up the screen.
    if (selected >= 2 * WINDOW_SERIES_MAX || !selection.selects(name, labels)) continue;
    selected += 1;
    const key = signalKey(name, labels);
    const series = instance.series.get(key);
    if (series) series.lastSeenAt = at;
    else if (instance.series.size >= WINDOW_SERIES_MAX) continue;
    else instance.series.set(key, { name, labels, lastSeenAt: at });
    values.set(key, value);
  }
  const before = instance.startedAtSeconds;
  const restarted =
    before !== null &&
    startedAtSeconds !== null &&
    Math.abs(startedAtSeconds - before) > RESTART_JITTER_SECONDS;
  instance.startedAtSeconds = startedAtSeconds ?? before;
  return { at, restarted, values };
}

/** Drops what no window reaches any more, but never the newest scrape. */
function trim(instance: Instance, keptMs: number, at: number): void {
  const oldest = at - keptMs;
  const first = instance.scrapes.findIndex((scrape) => scrape.at >= oldest);
  const from = Math.max(first, instance.scrapes.length - WINDOW_SCRAPES_MAX);
  if (from > 0) instance.scrapes.splice(0, from);
  const begin = instance.scrapes[0]?.at ?? at;
  for (const [key, series] of instance.series) {
    if (series.lastSeenAt < begin) instance.series.delete(key);
  }
}

function latestOf(instances: Map<string, Instance>, selector: Selector): LatestValue[] {
  const found: LatestValue[] = [];
  for (const [source, instance] of instances) {
    const newest = instance.scrapes.at(-1);
    if (!newest) continue;
    for (const [key, value] of newest.values) {
      const series = instance.series.get(key);
      if (series && Number.isFinite(value) && matches(selector, series.name, series.labels)) {
        found.push({ source, labels: series.labels, value, at: newest.at });
      }
    }
  }
  return found;
}

/** @param selection which series are worth keeping, and for how long */
export function createWindows(selection: Selection): Windows {
  const instances = new Map<string, Instance>();
  return {
    scrape(source, samples, at) {
      let instance = instances.get(source);
      if (!instance) {
        instance = { scrapes: [], series: new Map(), startedAtSeconds: null };
        instances.set(source, instance);
      }
      const newestAt = instance.scrapes.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
      // The host's clock was set back: what was seen before can no longer be ordered against this.
      if (at < newestAt) instance.scrapes = [];
      const scrape = takeIn(instance, selection, samples, at);
      if (at === newestAt) instance.scrapes.pop();
      instance.scrapes.push(scrape);
      trim(instance, selection.keptMs, at);
    },
    scraped: () => instances.size > 0,
    latest: (selector) => latestOf(instances, selector),
    increases(selectors, windowMs, now) {
      const series: SeriesIncrease[] = [];
      let known = false;
      for (const [source, instance] of instances) {
        const inside = instance.scrapes.filter(({ at }) => at >= now - windowMs && at <= now);
        const at = inside.at(-1)?.at ?? 0;
        const elapsedMs = at - (inside[0]?.at ?? 0);
        for (const [key, { name, labels }] of instance.series) {
          if (!selectors.some((selector) => matches(selector, name, labels))) continue;
          known = true;
          const increase = counterIncrease(counterPoints(inside, key));
          if (increase === null || elapsedMs <= 0) continue;
          series.push({ source, labels, increase, elapsedMs, at });
        }
      }
      return { series, known };
    },
  };
}
