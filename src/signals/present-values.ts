import { type Answer, absent, NOTHING_SCRAPED, present } from './answer.ts';
import type { Aggregate, Computation, Selector } from './definition.ts';
import { type SourceStates, speaking, speaksNow, type Told } from './instances.ts';
import type { SampleContext } from './states.ts';

type Age = Extract<Computation, { kind: 'age' }>;
type Count = Extract<Computation, { kind: 'count' }>;

/** Ages move in steps, so that the screen is not drawn anew for their sake alone. */
const AGE_STEP_SECONDS = 5;

function aggregated(values: readonly number[], aggregate: Aggregate): number {
  const sum = () => values.reduce((total, value) => total + value, 0);
  switch (aggregate) {
    case 'max':
      return Math.max(...values);
    case 'min':
      return Math.min(...values);
    case 'sum':
      return sum();
    case 'avg':
      return sum() / values.length;
  }
}

/** Why there is no value of this name: nothing scraped, or nobody reports it. */
export function whyAbsent(of: Selector, { windows }: SampleContext): Answer {
  return absent(windows.scraped() ? `no instance reports ${of.name}` : NOTHING_SCRAPED);
}

export function gaugeAnswer(of: Selector, aggregate: Aggregate, context: SampleContext): Answer {
  const all = context.windows.latest(of);
  if (all.length === 0) return whyAbsent(of, context);
  const { values, stale } = speaking(all, context.sources, context.now);
  const value = aggregated(
    values.map((told) => told.value),
    aggregate,
  );
  return present(value, values, stale, 'the values overflow');
}

function agesBy(computation: Age, times: readonly number[], nowSeconds: number): number | null {
  if (times.length === 0) return null;
  const ages = times.map((time) => Math.max(0, nowSeconds - time));
  const age = aggregated(ages, computation.aggregate ?? 'max');
  return Math.floor(age / AGE_STEP_SECONDS) * AGE_STEP_SECONDS;
}

/** The age of the time a gauge tells; 0, as gauges begin, is no time. */
function valueAge(computation: Age, context: SampleContext): Answer {
  const { of, timestampScale = 1 } = computation;
  const all = context.windows.latest(of);
  if (all.length === 0) return whyAbsent(of, context);
  const happened = all.filter(({ value }) => value > 0);
  if (happened.length === 0) return absent(`${of.name} is 0: it has not happened yet`);
  const { values, stale } = speaking(happened, context.sources, context.now);
  const times = values.map(({ value }) => value * timestampScale);
  return present(agesBy(computation, times, context.now / 1000), values, stale, 'no time');
}

/** The age of what the console itself saw: the last change, or the last sample. */
function seenAge(computation: Age, context: SampleContext): Answer {
  const { of, since } = computation;
  const all = context.windows.seen(of);
  if (all.length === 0) return whyAbsent(of, context);
  // That an instance is silent is the very thing a sample's age tells, so all of them speak.
  const own = { values: all, stale: false };
  const { values, stale } = since === 'sample' ? own : speaking(all, context.sources, context.now);
  const times = values.map(({ at, changedAt }) => (since === 'sample' ? at : changedAt) / 1000);
  return present(agesBy(computation, times, context.now / 1000), values, stale, 'no time');
}

/** Seconds since the time a gauge tells, since it changed, or since it was last seen. */
export function ageAnswer(computation: Age, context: SampleContext): Answer {
  return computation.since === 'value'
    ? valueAge(computation, context)
    : seenAge(computation, context);
}

const speakingNow = <T extends Told>(all: readonly T[], sources: SourceStates, now: number) =>
  all.filter((told) => speaksNow(told, sources, now));

/** How many match now; what fails does not count, so that 0 is a sure answer. */
export function countAnswer(computation: Count, context: SampleContext): Answer {
  const { windows, sources, now } = context;
  const { of, per } = computation;
  const { above = Number.NEGATIVE_INFINITY, below = Number.POSITIVE_INFINITY } = computation;
  if (!windows.scraped()) return absent(NOTHING_SCRAPED);
  const all = of.flatMap((selector) => windows.latest(selector));
  const counted = speakingNow(all, sources, now).filter(
    ({ value }) => value > above && value < below,
  );
  const found = per === 'series' ? counted.length : new Set(counted.map((v) => v.source)).size;
  const asked = counted.length > 0 ? counted : windows.newest();
  return present(found, asked, false, 'no number');
}
