import { formatAge } from '../domain/duration.ts';
import { type Answer, absent, NOTHING_SCRAPED, present } from './answer.ts';
import type { Computation, Selector } from './definition.ts';
import { speaking } from './instances.ts';
import { type Bucket, histogramQuantile } from './quantile.ts';
import { bucketsOf } from './selection.ts';
import type { SampleContext } from './states.ts';
import type { SeriesIncrease } from './window.ts';

type Windowed = Extract<Computation, { windowMs: number }>;

/** How far a summary's `quantile` label may be from the number asked for: a rounding error. */
const QUANTILE_DELTA = 1e-9;

/** Why a counter gives no number yet: nothing scraped, no such series, or too few scrapes. */
function whyNoIncrease(of: readonly Selector[], known: boolean, context: SampleContext): string {
  if (!context.windows.scraped()) return NOTHING_SCRAPED;
  if (!known) return `no instance has counted ${of.map(({ name }) => name).join(', ')} yet`;
  return 'needs two answers inside its window';
}

const sum = (series: readonly SeriesIncrease[]) =>
  series.reduce((total, { increase }) => total + increase, 0);

function quantileOf(quantile: number, series: readonly SeriesIncrease[]): number | null {
  const buckets = series.flatMap(({ labels, increase }): Bucket[] => {
    const le = labels['le'];
    if (le === undefined) return [];
    return [{ le: /^\+?Inf$/i.test(le) ? Number.POSITIVE_INFINITY : Number(le), count: increase }];
  });
  return histogramQuantile(quantile, buckets);
}

/** The quantile as a summary tells it; instances cannot be added up, so the largest speaks. */
function summaryQuantile(quantile: number, of: Selector, context: SampleContext): Answer | null {
  const all = context.windows.latest(of).filter(({ labels }) => {
    const told = labels['quantile'];
    return told !== undefined && Math.abs(Number(told) - quantile) < QUANTILE_DELTA;
  });
  if (all.length === 0) return null;
  const { values, stale } = speaking(all, context.sources, context.now);
  return present(Math.max(...values.map(({ value }) => value)), values, stale, 'no number');
}

const buckets = new WeakMap<Selector, readonly Selector[]>();

/** What is counted first. The same list for the same computation, so that the windows know it again. */
function baseOf(computation: Windowed): readonly Selector[] {
  if (computation.kind === 'ratio') return computation.to;
  if (computation.kind !== 'quantile') return computation.of;
  const known = buckets.get(computation.of) ?? [bucketsOf(computation.of)];
  buckets.set(computation.of, known);
  return known;
}

const families = new WeakMap<readonly Selector[], readonly Selector[]>();

/** The same counters with any labels; null where no labels are asked for. */
function familiesOf(of: readonly Selector[]): readonly Selector[] | null {
  if (of.some(({ labels }) => Object.keys(labels).length === 0)) return null;
  const known = families.get(of) ?? of.map(({ name }) => ({ name, labels: {} }));
  families.set(of, known);
  return known;
}

/** A signal that needs two scrapes inside its window. */
export function windowedAnswer(computation: Windowed, context: SampleContext): Answer {
  const { windows, now, sources } = context;
  const { windowMs, kind } = computation;
  const read = (selectors: readonly Selector[]) => windows.increases(selectors, windowMs, now);
  const isFailed = ({ source }: SeriesIncrease) => sources[source]?.status === 'failed';
  const base = baseOf(computation);
  const { series, known } = read(base);
  if (kind === 'quantile' && !known) {
    const answer = summaryQuantile(computation.quantile, computation.of, context);
    if (answer) return answer;
  }
  if (series.length === 0) {
    // A counter with these labels appears at its first use: as long as others of its name count, it counts none.
    const all = kind === 'increase' && !known ? familiesOf(base) : null;
    const others = all === null ? [] : read(all).series;
    if (others.length === 0) return absent(whyNoIncrease(base, known, context));
    return present(0, others, others.every(isFailed), 'no number');
  }
  const stale = series.every(isFailed);
  const still = `nothing happened in the last ${formatAge(windowMs)}`;
  switch (kind) {
    case 'increase':
      return present(sum(series), series, stale, 'the counters overflow');
    case 'rate': {
      const perSecond = series.reduce((total, s) => total + s.increase / (s.elapsedMs / 1000), 0);
      return present(perSecond, series, stale, 'the counters overflow');
    }
    case 'quantile':
      return present(quantileOf(computation.quantile, series), series, stale, still);
    case 'ratio': {
      const divisor = sum(series);
      const value = divisor > 0 ? sum(read(computation.of).series) / divisor : null;
      return present(value, series, stale, still);
    }
  }
}
