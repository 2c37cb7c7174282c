import { afterSample, nothingRecorded, rememberSample } from '../incidents/recording/decode.ts';
import type { TakenSample } from '../incidents/recording/store.ts';
import { createHistory, type History } from '../live/history.ts';
import type { LiveState } from '../live/state.ts';

/** So long after the last sample the panels are no longer what was seen: nobody recorded meanwhile. */
const RECORDED_MS = 150_000;

/** What the panels showed at the moments of a record. */
export interface Panels {
  /** What they showed at a moment, epoch ms. */
  at(moment: number): LiveState;
  /** The recent past of the charts at that moment. */
  readonly history: History;
}

/** How many samples were taken up to a moment. */
function takenBy(samples: readonly TakenSample[], moment: number): number {
  const later = samples.findIndex(({ at }) => at > moment);
  return later === -1 ? samples.length : later;
}

/** Everything is as old as its last sample. */
function aged(live: LiveState): LiveState {
  const sources = Object.entries(live.sources).map(
    ([name, source]) =>
      [name, source.status === 'live' ? { ...source, status: 'stale' as const } : source] as const,
  );
  return { ...live, sources: Object.fromEntries(sources) };
}

/**
 * @param region what the region of the record is called
 * @param samples in their order
 */
export function createPanels(region: string, samples: readonly TakenSample[]): Panels {
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
    at(moment) {
      const count = takenBy(samples, moment);
      if (count < taken) {
        shown = { ...nothingRecorded(region), historyRevision: revision };
        history = createHistory();
        taken = 0;
      }
      for (const { at, sample } of samples.slice(taken, count)) {
        revision += 1;
        shown = { ...afterSample(shown, sample, at), historyRevision: revision };
        rememberSample(sample, shown, history, at);
        lastAt = at;
      }
      taken = count;
      if (taken === 0 || moment - lastAt <= RECORDED_MS) return shown;
      if (old?.of !== shown) old = { of: shown, live: aged(shown) };
      return old.live;
    },
  };
}
