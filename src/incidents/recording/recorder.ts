import type { StoreApi } from 'zustand/vanilla';
import type { Clock, Timer } from '../../domain/clock.ts';
import type { History } from '../../live/history.ts';
import { containers } from '../../live/selectors.ts';
import type { LiveState } from '../../live/state.ts';
import { sampleOf } from './encode.ts';
import type { Sample } from './sample.ts';

/** How far samples are apart, by how long has been recorded: the beginning is what is looked at again. */
const PACE = [
  { untilMs: 10 * 60_000, everyMs: 10_000 },
  { untilMs: 60 * 60_000, everyMs: 30_000 },
  { untilMs: Number.POSITIVE_INFINITY, everyMs: 120_000 },
] as const;
/** What changes by itself, as an alert or a container, is recorded so soon. */
const CHANGE_GAP_MS = 2000;
/** So much is recorded of one incident; what comes later is not. */
export const RECORDING_BYTES_MAX = 2 * 1024 * 1024;

/** Containers whose changes are waited for: those of a project stand first on any host. */
const CONTAINERS_MAX = 200;

/** What a recorder works with. */
export interface RecorderOptions {
  readonly live: StoreApi<LiveState>;
  readonly history: History;
  readonly clock: Clock;
  /** Bytes that are recorded of the incident already. */
  readonly recordedBytes: number;
  /** Writes a sample. */
  readonly write: (sample: Sample) => void;
}

/** What one looks for first: alerts, breakers and containers, as a text that changes when they do. */
function headlines(live: LiveState): string {
  return [
    ...live.alerts.map(({ labels, name, state }) => `${name} ${JSON.stringify(labels)} ${state}`),
    ...live.breakers.map(({ name, state }) => `${name} ${state}`),
    ...containers(live)
      .slice(0, CONTAINERS_MAX)
      .map(({ health, id, state }) => `${id} ${state} ${health}`),
  ].join('\n');
}

/**
 * Records what the panels show, for as long as an incident is worked on.
 * @returns ends it, after a last sample
 */
export function record({
  clock,
  history,
  live,
  recordedBytes,
  write,
}: RecorderOptions): () => void {
  const begunAt = clock.now();
  let before: LiveState | null = null;
  let bytes = recordedBytes;
  let takenAt = 0;
  let timer: Timer | null = null;
  let seen = '';

  function take(): void {
    const now = live.getState();
    const sample = sampleOf(now, before, history, clock.now());
    takenAt = clock.now();
    seen = headlines(now);
    if (sample === null) return;
    bytes += JSON.stringify(sample).length;
    if (bytes > RECORDING_BYTES_MAX) return;
    before = now;
    write(sample);
  }

  function plan(inMs: number): void {
    timer?.cancel();
    if (bytes > RECORDING_BYTES_MAX) return;
    timer = clock.after(inMs, () => {
      take();
      plan(everyMs());
    });
  }

  function everyMs(): number {
    const passedMs = clock.now() - begunAt;
    return (PACE.find(({ untilMs }) => passedMs < untilMs) ?? PACE[0]).everyMs;
  }

  take();
  plan(everyMs());
  const unsubscribe = live.subscribe((after, earlier) => {
    const same =
      after.alerts === earlier.alerts &&
      after.breakers === earlier.breakers &&
      after.facts === earlier.facts;
    if (same || headlines(after) === seen) return;
    seen = headlines(after);
    plan(Math.max(0, CHANGE_GAP_MS - (clock.now() - takenAt)));
  });
  return () => {
    unsubscribe();
    timer?.cancel();
    if (bytes <= RECORDING_BYTES_MAX) take();
  };
}
