import type { EvaluatedSignal } from '../signals/reading.ts';
import type { History } from './history.ts';
import { sourcesOf } from './selectors.ts';
import { signalSeries } from './series.ts';
import type { LiveState } from './state.ts';

/** Share of a source's interval that must have passed before a signal gets its next history point. */
const HISTORY_GAP = 0.9;

/** Signals whose past stands in other rings already: a container's processor use has its own. */
const elsewhere: ReadonlySet<string> = new Set(['cpu']);

function shortestIntervalMs(state: LiveState): number {
  const sources = [...sourcesOf(state, 'metrics'), ...sourcesOf(state, 'cache')];
  return Math.min(...sources.map(({ intervalMs }) => intervalMs));
}

/** Writes numeric signals into the history. */
export interface SignalHistory {
  /** Readings computed from scrapes: one point an interval, however many instances answer. */
  sampled(state: LiveState, changed: readonly EvaluatedSignal[]): void;
  /** Readings of single facts: one point an observation. */
  observed(changed: readonly EvaluatedSignal[]): void;
}

export function createSignalHistory(history: History): SignalHistory {
  const add = ({ id, labels, value, observedAt }: EvaluatedSignal, gapMs: number) => {
    if (typeof value !== 'number' || observedAt === null || elsewhere.has(id)) return;
    const series = signalSeries(id, labels);
    const before = history.newest(series);
    const early = before !== null && observedAt >= before && observedAt - before < gapMs;
    if (early || before === observedAt) return;
    history.add(series, { at: observedAt, value });
  };

  return {
    sampled(state, changed) {
      if (changed.length === 0) return;
      const gapMs = HISTORY_GAP * shortestIntervalMs(state);
      for (const reading of changed) add(reading, gapMs);
    },
    observed(changed) {
      for (const reading of changed) add(reading, 0);
    },
  };
}
