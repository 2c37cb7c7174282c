import type { SignalReading } from '../../domain/signal.ts';
import type { SourceState } from '../../domain/source.ts';
import type { History } from '../../live/history.ts';
import { signalSeries } from '../../live/series.ts';
import { listedSignals, readingKey } from '../../live/signal-list.ts';
import type { LiveState } from '../../live/state.ts';
import { type KeptFact, keptFact } from './kept-facts.ts';
import type { ReadingValue, Sample, SeriesPast } from './sample.ts';

/** Readings, alerts and breakers of one sample: more stand on no screen. */
const READINGS_MAX = 200;
const ALERTS_MAX = 50;
const BREAKERS_MAX = 50;
const SOURCES_MAX = 50;
/** The past that a whole sample brings along: so many series, so many points each, so far back. */
const SERIES_MAX = 30;
const POINTS_MAX = 30;
const PAST_MS = 10 * 60_000;
/** A larger sample leaves out its largest facts. */
export const SAMPLE_BYTES_MAX = 64 * 1024;

/** What a reading is told with, its value apart. */
function sameWords(a: SignalReading, b: SignalReading): boolean {
  return a.title === b.title && a.unit === b.unit && a.threshold === b.threshold;
}

/** Digits of a number that are told anywhere on the screen, and some more. */
const DIGITS = 6;
const rounded = (value: SignalReading['value']) =>
  typeof value === 'number' ? Number(value.toPrecision(DIGITS)) : value;

const changeOf = (reading: SignalReading): ReadingValue => [
  readingKey(reading),
  rounded(reading.value),
  reading.state,
  reading.observedAt,
  reading.stale,
];

function readingsOf(live: LiveState, before: LiveState | null): Partial<Sample> {
  if (live.signals === before?.signals) return {};
  const all = listedSignals(live.signals).slice(0, READINGS_MAX);
  const readings: SignalReading[] = [];
  const values: ReadingValue[] = [];
  for (const reading of all) {
    const was = before?.signals[readingKey(reading)];
    if (was === undefined || !sameWords(was, reading)) readings.push(reading);
    else if (was !== reading) values.push(changeOf(reading));
  }
  const gone = Object.keys(before?.signals ?? {}).filter((key) => live.signals[key] === undefined);
  return {
    ...(readings.length === 0 ? {} : { readings }),
    ...(values.length === 0 ? {} : { values }),
    ...(gone.length === 0 ? {} : { gone }),
  };
}

/** As one text that changes only when a source comes to stand otherwise. */
const standing = (sources: LiveState['sources']) =>
  Object.values(sources)
    .map(({ error, name, status }) => `${name} ${status} ${error?.message ?? ''}`)
    .join('\n');

function sourcesOf(live: LiveState, before: LiveState | null): readonly SourceState[] | null {
  if (live.sources === before?.sources) return null;
  if (before !== null && standing(live.sources) === standing(before.sources)) return null;
  return Object.values(live.sources).slice(0, SOURCES_MAX);
}

function factsOf(live: LiveState, before: LiveState | null): readonly KeptFact[] {
  return Object.values(live.facts)
    .filter((fact) => before?.facts[fact.source]?.value !== fact.value)
    .map(keptFact)
    .filter((fact) => fact !== null);
}

/** The recent past of the numbers on the screen, thinned. */
function pastOf(live: LiveState, history: History, now: number): readonly SeriesPast[] {
  const numbers = listedSignals(live.signals).filter(({ value }) => typeof value === 'number');
  return numbers.slice(0, SERIES_MAX).flatMap(({ id, labels }): SeriesPast[] => {
    const series = signalSeries(id, labels);
    const points = history.points(series).filter(({ at }) => now - at <= PAST_MS);
    const every = Math.max(1, Math.ceil(points.length / POINTS_MAX));
    const thinned = points.filter((_, place) => (points.length - 1 - place) % every === 0);
    const kept = thinned.map(({ at, value }) => [at, Number(value.toPrecision(DIGITS))] as const);
    return kept.length === 0 ? [] : [[series, kept]];
  });
}

const sizeOf = (value: unknown): number => JSON.stringify(value)?.length ?? 0;

/** Leaves the largest facts out until the rest is within its bound. */
function within(sample: Sample): Sample {
  if (sample.facts === undefined) return sample;
  let { facts } = sample;
  let bytes = sizeOf(sample);
  while (bytes > SAMPLE_BYTES_MAX && facts.length > 0) {
    const largest = facts.reduce((a, b) => (sizeOf(b) > sizeOf(a) ? b : a));
    facts = facts.filter((fact) => fact !== largest);
    bytes -= sizeOf(largest);
  }
  return facts === sample.facts ? sample : { ...sample, facts };
}

/**
 * What the panels show now.
 * @param before what the last sample was made of; null begins anew, with the recent past
 * @returns null when nothing has changed since
 */
export function sampleOf(
  live: LiveState,
  before: LiveState | null,
  history: History,
  now: number,
): Sample | null {
  const sources = sourcesOf(live, before);
  const facts = factsOf(live, before);
  const changes: Partial<Sample> = {
    ...(sources === null ? {} : { sources }),
    ...(facts.length === 0 ? {} : { facts }),
    ...readingsOf(live, before),
    ...(live.breakers === before?.breakers
      ? {}
      : { breakers: live.breakers.slice(0, BREAKERS_MAX) }),
    ...(live.alerts === before?.alerts ? {} : { alerts: live.alerts.slice(0, ALERTS_MAX) }),
  };
  const { system } = live.region;
  if (before === null) {
    return within({ whole: true, system, ...changes, past: pastOf(live, history, now) });
  }
  return Object.keys(changes).length === 0 ? null : within({ whole: false, system, ...changes });
}
