import type { Breaker, BreakerState } from '../domain/breaker.ts';
import type { BreakerFamily } from './breaker-dialects.ts';
import type { Selector } from './definition.ts';
import { speaking } from './instances.ts';
import type { Sliced } from './sliced.ts';
import { type NamedState, namedStates, type SampleContext } from './states.ts';
import type { LatestValue } from './window.ts';
import { worstWord } from './worst-word.ts';

/** Breakers kept; what comes after, by name, is not shown. */
export const BREAKERS_MAX = 500;
/** Larger numbers are milliseconds: as seconds they would lie beyond the year 5000. */
const SECONDS_MAX = 1e11;

const ranking: readonly BreakerState[] = ['open', 'half-open', 'closed'];

type Seen = Omit<Breaker, 'since' | 'changeSeen'> & {
  /** When it entered its state, as exported; null unless it is. */
  readonly told: number | null;
};

/** The samples of a selector that belong to the breakers of a family, by breaker. */
function byBreaker(selectors: readonly Selector[], family: BreakerFamily, context: SampleContext) {
  const all = selectors.flatMap((selector) => context.windows.latest(selector));
  return Map.groupBy(all, ({ labels, source }) => {
    const label = family.by.find((candidate) => labels[candidate] !== undefined);
    return label === undefined ? source : (labels[label] ?? '');
  });
}

function total(values: readonly LatestValue[], context: SampleContext): number | null {
  if (values.length === 0) return null;
  const counted = speaking(values, context.sources, context.now).values;
  return counted.reduce((sum, { value }) => sum + value, 0);
}

/** A time since the epoch, ms; null for none, and for the 0 that stands for never. */
function epochMs(told: LatestValue | undefined): number | null {
  if (told === undefined || told.value <= 0) return null;
  return told.value > SECONDS_MAX ? told.value : told.value * 1000;
}

function* breakersOf(family: BreakerFamily, context: SampleContext): Sliced<readonly Seen[]> {
  const states = (yield* namedStates(family.rule, family.by, context)).filter(isBreaker);
  if (states.length === 0) return [];
  const { failures = [], since, nextAttempt } = family.extras;
  const extra = (selector: Selector | undefined) =>
    byBreaker(selector === undefined ? [] : [selector], family, context);
  const failed = byBreaker(failures, family, context);
  const sinces = extra(since);
  const nexts = extra(nextAttempt);
  return states.map(({ name, worst, words, stale }) => {
    const instances = words.map(({ source, word }) => ({ source, state: word as BreakerState }));
    const source = instances.find(({ state }) => state === worst)?.source ?? '';
    const of = (values: ReadonlyMap<string, readonly LatestValue[]>) =>
      epochMs(values.get(name)?.find((value) => value.source === source));
    return {
      name,
      source,
      state: worst,
      failures: total(failed.get(name) ?? [], context),
      nextAttempt: worst === 'open' ? of(nexts) : null,
      dialect: family.dialect,
      stale,
      instances,
      told: of(sinces),
    };
  });
}

function isBreaker(state: NamedState): state is NamedState & { readonly worst: BreakerState } {
  return ranking.some((word) => word === state.worst);
}

/** Breakers that several families tell of under one name are one, the worst state speaking. */
function merged(all: readonly Seen[]): readonly Seen[] {
  return [...Map.groupBy(all, ({ name }) => name).values()].flatMap((same) => {
    const answering = same.some(({ stale }) => !stale) ? same.filter(({ stale }) => !stale) : same;
    const [first] = answering;
    if (first === undefined || answering.length === 1) return first ?? [];
    const state = worstWord(
      answering.map((breaker) => breaker.state),
      ranking,
    );
    const worst = answering.find((breaker) => breaker.state === state) ?? first;
    const counts = answering.flatMap(({ failures }) => failures ?? []);
    const failures = counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0);
    return { ...worst, failures, instances: answering.flatMap(({ instances }) => instances) };
  });
}

/**
 * The breakers that the families tell of, by name. `since` is when a breaker says it entered its state,
 * else when this console first saw it so; a breaker whose instances are all silent keeps its last state.
 */
export function* evaluateBreakers(
  families: readonly BreakerFamily[],
  context: SampleContext,
  previous: readonly Breaker[],
): Sliced<readonly Breaker[]> {
  const before = new Map(previous.map((breaker) => [breaker.name, breaker]));
  const seen: Seen[] = [];
  for (const family of families) {
    yield;
    for (const breaker of yield* breakersOf(family, context)) seen.push(breaker);
  }
  return merged(seen)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, BREAKERS_MAX)
    .map(({ told, ...breaker }) => {
      const was = before.get(breaker.name);
      if (told !== null && told <= context.now) {
        return { ...breaker, since: told, changeSeen: true };
      }
      if (was?.state === breaker.state) {
        return { ...breaker, since: was.since, changeSeen: was.changeSeen };
      }
      return { ...breaker, since: context.now, changeSeen: was !== undefined };
    });
}
