import type { Labels, Sample } from '../domain/metrics.ts';
import type { Selector } from './definition.ts';
import { type CounterPoint, counterIncrease } from './increase.ts';
import { createInstance, type Instance, type Scrape, type Series, takeIn } from './instance.ts';
import { matchesLabels, type Selection } from './selection.ts';
import { finished, type Sliced } from './sliced.ts';

export { WINDOW_SERIES_MAX } from './instance.ts';

/** Scrapes kept for one source, whatever the windows ask for. */
export const WINDOW_SCRAPES_MAX = 1000;
/** How long a series that vanished is remembered where its age matters. */
export const VANISHED_KEPT_MS = 15 * 60_000;

/** The newest value of a series, with the instance that told it. */
export interface LatestValue {
  readonly source: string;
  readonly labels: Labels;
  readonly value: number;
  /** When it was scraped, epoch ms. */
  readonly at: number;
  /** When it was last seen to rise, as a counter does; null while it never was. */
  readonly risenAt: number | null;
}

/** A series that was seen, whether the newest scrape has it or not; times in epoch ms. */
interface SeenSeries {
  readonly source: string;
  readonly at: number;
  /** When its value was last seen to change, or when it was first seen. */
  readonly changedAt: number;
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
  /** As `scrape`, for samples by the thousand. */
  scrapeSliced(source: string, samples: readonly Sample[], at: number): Sliced<void>;
  /** Rises with every scrape: what is computed from equal revisions at one time is equal. */
  revision(): number;
  /** True once any source has been scraped. */
  scraped(): boolean;
  /** Every source with its newest scrape. */
  newest(): readonly { readonly source: string; readonly at: number }[];
  /** The newest finite value of each matching series. */
  latest(selector: Selector): readonly LatestValue[];
  /** Every matching series that is known, vanished ones included where they are remembered. */
  seen(selector: Selector): readonly SeenSeries[];
  /** The increase of each matching series over `windowMs` before `now`. */
  increases(selectors: readonly Selector[], windowMs: number, now: number): Increases;
}

const counterPoints = (scrapes: readonly Scrape[], series: Series): readonly CounterPoint[] =>
  scrapes.map(({ values, restarted }) => ({ value: values.get(series) ?? null, restarted }));

/** Drops what no window reaches any more, but never the newest scrape. */
function trim(instance: Instance, selection: Selection, at: number): void {
  const oldest = at - selection.keptMs;
  const first = instance.scrapes.findIndex((scrape) => scrape.at >= oldest);
  const from = Math.max(first, instance.scrapes.length - WINDOW_SCRAPES_MAX);
  if (from > 0) instance.scrapes.splice(0, from);
  const begin = instance.scrapes[0]?.at ?? at;
  const vanished = Math.min(begin, at - VANISHED_KEPT_MS);
  for (const series of instance.series.values()) {
    const limit = selection.remembers(series.name) ? vanished : begin;
    if (series.lastSeenAt < limit) instance.forget(series);
  }
}

function* matching(instance: Instance, { name, labels }: Selector): Iterable<Series> {
  for (const series of instance.byName.get(name) ?? []) {
    if (matchesLabels(labels, series.labels)) yield series;
  }
}

function latestOf(instances: Map<string, Instance>, selector: Selector): LatestValue[] {
  const found: LatestValue[] = [];
  for (const [source, instance] of instances) {
    const newest = instance.scrapes.at(-1);
    if (!newest) continue;
    for (const series of matching(instance, selector)) {
      const value = newest.values.get(series);
      if (value === undefined || !Number.isFinite(value)) continue;
      const { labels, risenAt } = series;
      found.push({ source, labels, value, at: newest.at, risenAt });
    }
  }
  return found;
}

function increasesOf(
  source: string,
  instance: Instance,
  selectors: readonly Selector[],
  inside: readonly Scrape[],
): Increases {
  const at = inside.at(-1)?.at ?? 0;
  const begin = inside[0]?.at ?? 0;
  const elapsedMs = at - begin;
  const chosen = new Set<Series>();
  for (const selector of selectors) {
    for (const series of matching(instance, selector)) {
      // One that vanished before the window says nothing in it.
      if (series.lastSeenAt >= begin) chosen.add(series);
    }
  }
  const series = [...chosen].flatMap((one): SeriesIncrease[] => {
    const increase = counterIncrease(counterPoints(inside, one));
    if (increase === null || elapsedMs <= 0) return [];
    return [{ source, labels: one.labels, increase, elapsedMs, at }];
  });
  return { series, known: chosen.size > 0 };
}

interface Known {
  readonly first: Scrape | undefined;
  readonly last: Scrape | undefined;
  readonly increases: Increases;
}

/** Increases of one instance, reckoned again only when other scrapes are inside the window. */
function createIncreases(source: string, instance: Instance) {
  const byWindow = new Map<number, WeakMap<readonly Selector[], Known>>();
  return (selectors: readonly Selector[], windowMs: number, now: number): Increases => {
    const inside = instance.scrapes.filter(({ at }) => at >= now - windowMs && at <= now);
    const [first, last] = [inside[0], inside.at(-1)];
    const known = byWindow.get(windowMs) ?? new WeakMap<readonly Selector[], Known>();
    byWindow.set(windowMs, known);
    const before = known.get(selectors);
    if (before && before.first === first && before.last === last) return before.increases;
    const increases = increasesOf(source, instance, selectors, inside);
    known.set(selectors, { first, last, increases });
    return increases;
  };
}

/** @param selection which series are worth keeping, and for how long */
export function createWindows(selection: Selection): Windows {
  const instances = new Map<string, Instance>();
  const reckoned = new Map<string, ReturnType<typeof createIncreases>>();
  let revision = 0;

  function* scrapeSliced(source: string, samples: readonly Sample[], at: number): Sliced<void> {
    const instance = instances.get(source) ?? createInstance();
    if (!instances.has(source)) reckoned.set(source, createIncreases(source, instance));
    instances.set(source, instance);
    revision += 1;
    const newestAt = instance.scrapes.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
    // The host's clock was set back: what was seen before can no longer be ordered against this.
    if (at < newestAt) instance.scrapes = [];
    const scrape = yield* takeIn(instance, selection, samples, at);
    if (at === newestAt) instance.scrapes.pop();
    instance.scrapes.push(scrape);
    trim(instance, selection, at);
  }

  return {
    scrape: (source, samples, at) => finished(scrapeSliced(source, samples, at)),
    scrapeSliced,
    revision: () => revision,
    scraped: () => instances.size > 0,
    newest: () =>
      [...instances].flatMap(([source, { scrapes }]) => {
        const last = scrapes.at(-1);
        return last ? [{ source, at: last.at }] : [];
      }),
    latest: (selector) => latestOf(instances, selector),
    seen: (selector) =>
      [...instances].flatMap(([source, instance]) =>
        [...matching(instance, selector)].map((series) => ({
          source,
          at: series.lastSeenAt,
          changedAt: series.changedAt,
        })),
      ),
    increases(selectors, windowMs, now) {
      const each = [...reckoned.values()].map((reckon) => reckon(selectors, windowMs, now));
      return {
        series: each.flatMap(({ series }) => series),
        known: each.some(({ known }) => known),
      };
    },
  };
}
