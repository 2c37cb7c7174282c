import { formatAge } from '../domain/duration.ts';
import type { Labels } from '../domain/metrics.ts';
import type { Computation, Selector, SignalDefinition } from './definition.ts';
import { oldest, type SourceStates, speaking, type Told } from './instances.ts';
import { type Bucket, histogramQuantile } from './quantile.ts';
import type { EvaluatedSignal } from './reading.ts';
import { bucketsOf } from './selection.ts';
import { signalHealth, thresholdWords } from './thresholds.ts';
import type { SeriesIncrease, Windows } from './window.ts';

/** What signals are computed from; `now` in epoch ms. */
export interface SignalContext {
  readonly windows: Windows;
  readonly sources: SourceStates;
  readonly now: number;
}

/** A value with where it came from, or the reason why there is none. */
interface Answer {
  readonly labels: Labels;
  readonly value: number | string | null;
  readonly reason: string | null;
  readonly told: readonly Told[];
  readonly stale: boolean;
}

type Windowed = Extract<Computation, { windowMs: number }>;

const absent = (reason: string): Answer => ({
  labels: {},
  value: null,
  reason,
  told: [],
  stale: false,
});

function present(
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

/** Why a counter gives no number yet: nothing scraped, no such series, or too few scrapes. */
function whyNoIncrease(of: readonly Selector[], known: boolean, context: SignalContext): string {
  if (!context.windows.scraped()) return 'no source of metrics has answered yet';
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

function windowed(computation: Windowed, context: SignalContext): Answer {
  const { windows, now, sources } = context;
  const { windowMs, kind } = computation;
  const read = (selectors: readonly Selector[]) => windows.increases(selectors, windowMs, now);
  const base =
    kind === 'ratio'
      ? computation.to
      : kind === 'quantile'
        ? [bucketsOf(computation.of)]
        : computation.of;
  const { series, known } = read(base);
  if (series.length === 0) return absent(whyNoIncrease(base, known, context));
  const stale = series.every(({ source }) => sources[source]?.status === 'failed');
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

function gauge(of: Selector, context: SignalContext): Answer {
  const all = context.windows.latest(of);
  if (all.length === 0) {
    const reason = context.windows.scraped()
      ? `no instance reports ${of.name}`
      : 'no source of metrics has answered yet';
    return absent(reason);
  }
  const { values, stale } = speaking(all, context.sources, context.now);
  return present(Math.max(...values.map(({ value }) => value)), values, stale, 'no number');
}

/** The worst word among instances; a word the definition does not rank counts as better than all. */
export function worstWord(words: readonly string[], ranking: readonly string[]): string | null {
  const ranked = ranking.find((word) => words.includes(word));
  return ranked ?? words[0] ?? null;
}

function states(
  computation: Extract<Computation, { kind: 'state' }>,
  context: SignalContext,
): Answer[] {
  const { of, by, values: wordOf, worst } = computation;
  const groups = Map.groupBy(context.windows.latest(of), ({ labels }) => labels[by] ?? '');
  if (groups.size === 0) return [gauge(of, context)];
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, all]) => {
      const { values, stale } = speaking(all, context.sources, context.now);
      const words = values.flatMap(({ value }) => wordOf[String(value)] ?? []);
      const reason = `${of.name} is ${values[0]?.value}, which has no name`;
      return present(worstWord(words, worst), values, stale, reason, { [by]: name });
    });
}

function answers(computation: Computation, context: SignalContext): readonly Answer[] {
  if (computation.kind === 'state') return states(computation, context);
  if (computation.kind === 'gauge') return [gauge(computation.of, context)];
  return [windowed(computation, context)];
}

/**
 * Computes every signal of the definitions, in their order; a state gives one reading a value of its
 * label, sorted. A reading without a value says why in `reason`. `observedAt` is the oldest among the
 * newest scrapes it rests on.
 */
export function evaluateSignals(
  definitions: readonly SignalDefinition[],
  context: SignalContext,
): readonly EvaluatedSignal[] {
  return definitions.flatMap((definition) =>
    answers(definition.computation, context).map((answer): EvaluatedSignal => {
      const state = signalHealth(definition, answer.value);
      return {
        id: definition.id,
        title: definition.title,
        labels: answer.labels,
        value: answer.value,
        unit: definition.unit,
        state,
        observedAt: oldest(answer.told),
        threshold: thresholdWords(definition.thresholds, definition.unit, state),
        reason: answer.reason,
        detail: null,
        since: null,
        stale: answer.stale,
      };
    }),
  );
}
