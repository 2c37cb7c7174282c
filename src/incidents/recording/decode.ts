import type { SignalReading } from '../../domain/signal.ts';
import type { SourceState } from '../../domain/source.ts';
import type { History } from '../../live/history.ts';
import {
  cacheLatencySeries,
  cacheMemorySeries,
  cacheOpsSeries,
  checkLatencySeries,
  cpuSeries,
  memorySeries,
  signalSeries,
} from '../../live/series.ts';
import { listedSignals, readingKey } from '../../live/signal-list.ts';
import type { LiveState, StoredFact } from '../../live/state.ts';
import { factOf } from './kept-facts.ts';
import type { Sample } from './sample.ts';

/** Panels of which nothing was recorded. */
export function nothingRecorded(region: string): LiveState {
  return {
    region: { name: region, system: null },
    sources: {},
    facts: {},
    signals: {},
    breakers: [],
    alerts: [],
    historyRevision: 0,
  };
}

const byName = <T>(items: readonly T[], name: (item: T) => string): Record<string, T> =>
  Object.fromEntries(items.map((item) => [name(item), item]));

function signalsOf(before: LiveState['signals'], sample: Sample): LiveState['signals'] {
  const { gone, readings, values } = sample;
  if (gone === undefined && readings === undefined && values === undefined) return before;
  const next: Record<string, SignalReading> = { ...before };
  for (const key of gone ?? []) delete next[key];
  for (const reading of readings ?? []) next[readingKey(reading)] = reading;
  for (const [key, value, state, observedAt, stale] of values ?? []) {
    const known = next[key];
    if (known !== undefined) next[key] = { ...known, value, state, observedAt, stale };
  }
  return next;
}

/** A source that was live had answered a moment before; what it told had not changed. */
function observed(
  sources: readonly SourceState[],
  facts: LiveState['facts'],
  at: number,
): { readonly sources: LiveState['sources']; readonly facts: LiveState['facts'] } {
  const seen = new Set(sources.filter(({ status }) => status === 'live').map(({ name }) => name));
  const stood = sources.map((source) =>
    seen.has(source.name) ? { ...source, observedAt: at } : source,
  );
  const told = Object.values(facts).map(
    (fact): StoredFact => (seen.has(fact.source) ? { ...fact, observedAt: at } : fact),
  );
  return {
    sources: byName(stood, ({ name }) => name),
    facts: byName(told, ({ source }) => source),
  };
}

/**
 * What the panels showed once a sample had been taken.
 * @param before what they showed at the sample before
 * @param at when it was taken, epoch ms
 */
export function afterSample(before: LiveState, sample: Sample, at: number): LiveState {
  const from = sample.whole ? nothingRecorded(before.region.name) : before;
  const told = byName((sample.facts ?? []).map(factOf), ({ source }) => source);
  const sources = sample.sources ?? Object.values(from.sources);
  return {
    region: { ...from.region, system: sample.system },
    ...observed(sources, { ...from.facts, ...told }, at),
    signals: signalsOf(from.signals, sample),
    breakers: sample.breakers ?? from.breakers,
    alerts: sample.alerts ?? from.alerts,
    historyRevision: before.historyRevision + 1,
  };
}

function rememberFact({ kind, source, value }: StoredFact, history: History, at: number): void {
  const add = (series: string, point: number | null) => {
    if (point !== null) history.add(series, { at, value: point });
  };
  switch (kind) {
    case 'usage':
      for (const { cpu, id, memoryBytes } of value) {
        add(cpuSeries(id), cpu);
        add(memorySeries(id), memoryBytes);
      }
      break;
    case 'cache':
      add(cacheLatencySeries(source), value.latencyMs);
      add(cacheOpsSeries(source), value.opsPerSecond);
      add(cacheMemorySeries(source), value.usedMemoryBytes);
      break;
    case 'check':
      add(checkLatencySeries(source), value.latencyMs);
      break;
    default:
      break;
  }
}

/**
 * Writes what a sample adds to the recent past of the charts.
 * @param after what the panels showed with it
 */
export function rememberSample(
  sample: Sample,
  after: LiveState,
  history: History,
  at: number,
): void {
  for (const [series, points] of sample.past ?? []) {
    for (const [when, value] of points) history.add(series, { at: when, value });
  }
  for (const { id, labels, value } of listedSignals(after.signals)) {
    if (typeof value !== 'number') continue;
    const series = signalSeries(id, labels);
    const newest = history.newest(series);
    if (newest === null || newest < at) history.add(series, { at, value });
  }
  for (const fact of Object.values(after.facts)) rememberFact(fact, history, at);
}
