import type { JournalEvent } from '../incidents/events.ts';
import type { RunState, Sample } from './state.ts';

/** Samples kept of one verification; the journal keeps all. */
const SAMPLES_MAX = 180;

type Of<T extends JournalEvent['type']> = Extract<JournalEvent, { type: T }>;

function begun(state: RunState, event: Of<'verification-started'>): RunState {
  const { index, total, title, withinMs, before, everyMs, forMs, signal } = event.body;
  return {
    ...state,
    phase: 'verifying',
    verification: {
      index,
      total,
      title,
      startedAt: event.at,
      withinMs,
      everyMs: everyMs ?? 0,
      forMs: forMs ?? null,
      holdsSince: null,
      signal: signal ?? null,
      history: [],
      first: undefined,
      samples: 0,
      latest: null,
      before,
      now: before,
      state: 'running',
    },
  };
}

/** Folds what a verification saw; pure. */
export function foldVerification(
  state: RunState,
  event: Of<'verification-started' | 'verification-sampled' | 'verification-ended'>,
): RunState {
  if (event.type === 'verification-started') return begun(state, event);
  if (state.verification === null) return state;
  const { samples, latest, now } = event.body;
  const known = { ...state.verification, samples, latest, now };
  if (event.type === 'verification-sampled') {
    const { holds = false, holdsSince = null, value = null, first } = event.body;
    const sample: Sample = { at: event.at, holds, value };
    const verification = {
      ...known,
      holdsSince,
      history: [...known.history, sample].slice(-SAMPLES_MAX),
      first: first ?? known.first,
    };
    return { ...state, verification };
  }
  const { passed } = event.body;
  const last = known.index === known.total - 1;
  return {
    ...state,
    phase: passed ? 'verifying' : 'stuck',
    verification: { ...known, state: passed ? 'passed' : 'failed' },
    proved: passed ? last || state.proved : false,
  };
}
