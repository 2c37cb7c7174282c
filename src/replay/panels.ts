import type { JournalEvent } from '../incidents/events.ts';
import { afterSample, nothingRecorded, rememberSample } from '../incidents/recording/decode.ts';
import { createHistory, type History } from '../live/history.ts';
import type { LiveState } from '../live/state.ts';

type Sampled = Extract<JournalEvent, { type: 'region-sampled' }>;

/** So long after the last sample the panels are no longer what was seen: nobody recorded meanwhile. */
const RECORDED_MS = 150_000;

/** What the panels showed at the moments of a record. */
export interface Panels {
  /** What they showed when these events had been written. @param at the moment, epoch ms */
  at(events: readonly JournalEvent[], at: number): LiveState;
  /** The recent past of the charts at that moment. */
  readonly history: History;
}

const samplesOf = (events: readonly JournalEvent[]) =>
  events.filter((e): e is Sampled => e.type === 'region-sampled');

/** Everything is as old as its last sample. */
function aged(live: LiveState): LiveState {
  const sources = Object.entries(live.sources).map(
    ([name, source]) =>
      [name, source.status === 'live' ? { ...source, status: 'stale' as const } : source] as const,
  );
  return { ...live, sources: Object.fromEntries(sources) };
}

/** @param region what the region of the record is called */
export function createPanels(region: string): Panels {
  let shown = nothingRecorded(region);
  let history = createHistory();
  let taken = 0;
  let revision = 0;
  let old: { readonly of: LiveState; readonly live: LiveState } | null = null;
  let lastAt = 0;
  return {
    history: {
      add: () => undefined,
      points: (series) => history.points(series),
      newest: (series) => history.newest(series),
      revision: () => revision,
    },
    at(events, at) {
      const samples = samplesOf(events);
      if (samples.length < taken) {
        shown = { ...nothingRecorded(region), historyRevision: revision };
        history = createHistory();
        taken = 0;
      }
      for (const { at: takenAt, body } of samples.slice(taken)) {
        revision += 1;
        shown = { ...afterSample(shown, body, takenAt), historyRevision: revision };
        rememberSample(body, shown, history, takenAt);
        lastAt = takenAt;
      }
      taken = samples.length;
      if (taken === 0 || at - lastAt <= RECORDED_MS) return shown;
      if (old?.of !== shown) old = { of: shown, live: aged(shown) };
      return old.live;
    },
  };
}
