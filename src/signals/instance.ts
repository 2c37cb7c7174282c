import type { Labels, Sample } from '../domain/metrics.ts';
import { signalKey } from './key.ts';
import { type Selection, START_TIME } from './selection.ts';
import { createPause, type Sliced } from './sliced.ts';

/** Selected series kept for one source; what comes after is not taken in. */
export const WINDOW_SERIES_MAX = 5000;
/** Exporters reckon their start time with a second's jitter; more than this is a restart. */
const RESTART_JITTER_SECONDS = 2;

/** One selected series of an instance; times in epoch ms. */
export interface Series {
  readonly key: string;
  readonly name: string;
  readonly labels: Labels;
  lastSeenAt: number;
  lastValue: number;
  changedAt: number;
  risenAt: number | null;
}

/** What one scrape of an instance told of the selected series. */
export interface Scrape {
  readonly at: number;
  readonly restarted: boolean;
  readonly values: ReadonlyMap<Series, number>;
}

/** A selected sample of the last scrape, with its series; null where there was no room for it. */
interface Placed {
  readonly name: string;
  readonly labels: Labels;
  readonly series: Series | null;
}

/** What is remembered of one scraped source. */
export interface Instance {
  scrapes: Scrape[];
  readonly series: Map<string, Series>;
  readonly byName: Map<string, Set<Series>>;
  /** The selected samples of the last scrape in its order, which seldom changes. */
  placed: readonly Placed[];
  startedAtSeconds: number | null;
  forget(series: Series): void;
}

export function createInstance(): Instance {
  const series = new Map<string, Series>();
  const byName = new Map<string, Set<Series>>();
  return {
    scrapes: [],
    series,
    byName,
    placed: [],
    startedAtSeconds: null,
    forget(gone) {
      series.delete(gone.key);
      const named = byName.get(gone.name);
      named?.delete(gone);
      if (named?.size === 0) byName.delete(gone.name);
    },
  };
}

function remember(instance: Instance, key: string, sample: Sample, at: number): Series {
  const { name, labels, value } = sample;
  // A series that is born between two scrapes has risen from nothing.
  const risenAt = instance.scrapes.length > 0 && value > 0 ? at : null;
  const series = { key, name, labels, lastSeenAt: at, lastValue: value, changedAt: at, risenAt };
  instance.series.set(key, series);
  const named = instance.byName.get(name) ?? new Set();
  instance.byName.set(name, named.add(series));
  return series;
}

function update(series: Series, value: number, at: number, previousAt: number | undefined): void {
  const before = series.lastValue;
  const gap = previousAt !== undefined && series.lastSeenAt < previousAt;
  // A lower value of a counter that is not 0 has risen since the instance began anew.
  if (value > 0 && (gap || (value !== before && !Number.isNaN(value)))) series.risenAt = at;
  if (!Object.is(value, before)) series.changedAt = at;
  series.lastValue = value;
  series.lastSeenAt = at;
}

/** When the process behind the page started; null where the page does not tell. */
function startOf(samples: readonly Sample[]): number | null {
  const sample = samples.find(({ name }) => name === START_TIME);
  return sample !== undefined && Number.isFinite(sample.value) ? sample.value : null;
}

function sameLabels(a: Labels, b: Labels): boolean {
  if (a === b) return true;
  let count = 0;
  for (const name in a) {
    if (a[name] !== b[name]) return false;
    count += 1;
  }
  for (const _ in b) count -= 1;
  return count === 0;
}

/**
 * The series of a sample: without making its key, which is dear, where the last scrape had it in the
 * same place.
 */
function place(instance: Instance, sample: Sample, index: number, at: number): Placed {
  const { name, labels } = sample;
  const before = instance.placed[index];
  const same = before !== undefined && before.name === name && sameLabels(before.labels, labels);
  const full = instance.series.size >= WINDOW_SERIES_MAX;
  if (same) {
    const { series } = before;
    if (series === null ? full : instance.series.get(series.key) === series) return before;
  }
  const key = signalKey(name, labels);
  const known = instance.series.get(key);
  const series = known ?? (full ? null : remember(instance, key, sample, at));
  return { name, labels, series };
}

/** The samples worth keeping, no more than can be looked at. */
function* selected(selection: Selection, samples: readonly Sample[]): Sliced<readonly Sample[]> {
  const found: Sample[] = [];
  const pause = createPause();
  for (const sample of samples) {
    if (pause.due()) yield;
    // Series are dear: a scrape with far too many of them must not fill the memory.
    if (found.length >= 2 * WINDOW_SERIES_MAX) break;
    if (selection.selects(sample.name, sample.labels)) found.push(sample);
  }
  return found;
}

/** Takes the selected series of one scrape into what is remembered of its instance. */
export function* takeIn(
  instance: Instance,
  selection: Selection,
  samples: readonly Sample[],
  at: number,
): Sliced<Scrape> {
  const values = new Map<Series, number>();
  const previousAt = instance.scrapes.at(-1)?.at;
  const placed: Placed[] = [];
  const pause = createPause();
  for (const sample of yield* selected(selection, samples)) {
    if (pause.due()) yield;
    const known = instance.series.size;
    const found = place(instance, sample, placed.length, at);
    placed.push(found);
    const { series } = found;
    if (series === null) continue;
    if (instance.series.size === known) update(series, sample.value, at, previousAt);
    values.set(series, sample.value);
  }
  instance.placed = placed;
  const startedAtSeconds = startOf(samples);
  const before = instance.startedAtSeconds;
  const restarted =
    before !== null &&
    startedAtSeconds !== null &&
    Math.abs(startedAtSeconds - before) > RESTART_JITTER_SECONDS;
  instance.startedAtSeconds = startedAtSeconds ?? before;
  return { at, restarted, values };
}
