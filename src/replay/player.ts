import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Clock, Timer } from '../domain/clock.ts';
import type { JournalEvent } from '../incidents/events.ts';
import { entriesOf, entryBeside } from './entries.ts';

/** How many times as fast an incident may be played. */
const speeds = [1, 2, 5, 10, 20, 60, 300] as const;

/** How often the picture moves on while it is played. */
const FRAME_MS = 200;

/** Where a replay stands. */
interface Playing {
  /** The incident's own time, epoch ms. */
  readonly at: number;
  readonly paused: boolean;
  /** How many times as fast as it was. */
  readonly speed: number;
  /** There is nothing after this. */
  readonly ended: boolean;
}

/** Plays the record of an incident; nothing in it can be changed. */
export interface Player {
  readonly state: StoreApi<Playing>;
  /** Tells the incident's time, and waits by everybody's. */
  readonly clock: Clock;
  /** The whole record, in order. */
  readonly record: readonly JournalEvent[];
  /** What of it was written up to now; the same list while nothing more was. */
  events(): readonly JournalEvent[];
  /** Stops, goes on, or begins anew where it has ended. */
  toggle(): void;
  /** To the entry after this one or before it. @returns false where there is none */
  step(by: 1 | -1): boolean;
  /** Faster or slower. */
  pace(by: 1 | -1): void;
  close(): void;
}

export interface PlayerOptions {
  /** Of one incident, in order; at least one. */
  readonly events: readonly JournalEvent[];
  /** When its panels were recorded first, and last, epoch ms; null where they were not. */
  readonly recorded: { readonly first: number; readonly last: number } | null;
  /** Everybody's clock. */
  readonly real: Clock;
  readonly speed: number;
}

/** The next speed beside one, which need not be one of them. */
function speedBeside(speed: number, by: 1 | -1): number {
  const next = by === 1 ? speeds.find((one) => one > speed) : speeds.findLast((one) => one < speed);
  return next ?? speed;
}

/** How many events were written up to a moment. */
function writtenBy(events: readonly JournalEvent[], at: number): number {
  const later = events.findIndex((e) => e.at > at);
  return later === -1 ? events.length : later;
}

/** Panels are recorded from so soon after an incident was opened on. */
const RECORDED_WITHIN_MS = 5000;

/** Where a replay begins: as soon as there is something to be seen. */
function beginOf(events: readonly JournalEvent[], recordedAt: number | null): number {
  const first = events[0]?.at ?? 0;
  const seen = recordedAt ?? first;
  return seen - first <= RECORDED_WITHIN_MS ? seen : first;
}

export function createPlayer({ events, real, recorded, speed }: PlayerOptions): Player {
  const begin = beginOf(events, recorded?.first ?? null);
  const end = Math.max(events.at(-1)?.at ?? begin, recorded?.last ?? begin);
  const entries = entriesOf(events);
  const state = createStore<Playing>(() => ({ at: begin, paused: false, speed, ended: false }));
  /** Where it was when it was last moved by hand, by both clocks. */
  let anchor = { at: begin, real: real.now() };
  let timer: Timer | null = null;
  let written: readonly JournalEvent[] = [];

  const now = () => {
    const { at, paused, speed: factor } = state.getState();
    return paused ? at : Math.min(end, Math.round(anchor.at + (real.now() - anchor.real) * factor));
  };
  const stand = (change: Partial<Playing>) => {
    const at = change.at ?? now();
    const ended = at >= end;
    anchor = { at, real: real.now() };
    state.setState({ ...change, at, ended, ...(ended ? { paused: true } : {}) });
    schedule();
  };
  const schedule = () => {
    timer?.cancel();
    if (!state.getState().paused) timer = real.after(FRAME_MS, () => stand({}));
  };
  schedule();

  return {
    state,
    clock: { now: () => state.getState().at, after: real.after },
    record: events,
    events() {
      const count = writtenBy(events, state.getState().at);
      if (written.length !== count) written = events.slice(0, count);
      return written;
    },
    toggle() {
      const { ended, paused } = state.getState();
      if (ended) stand({ at: begin, paused: false });
      else stand({ paused: !paused });
    },
    step(by) {
      const to = Math.max(begin, entryBeside(entries, now(), by) ?? (by === 1 ? end : begin));
      if (to === now()) return false;
      stand({ at: to });
      return true;
    },
    pace: (by) => stand({ speed: speedBeside(state.getState().speed, by) }),
    close: () => timer?.cancel(),
  };
}
