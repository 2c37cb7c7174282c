import type { LogLevel } from '../domain/log-line.ts';
import type { LogEntry } from '../live/log-order.ts';
import type { LogBookState } from '../live/logs.ts';

/** Where a line stands: its identity, and its place once it has gone. */
export type LogMark = Pick<LogEntry, 'id' | 'at'>;

/** How the lines are looked at. Nothing of it is a fact. */
export interface LogView {
  /** The newest line is kept in sight. */
  readonly follow: boolean;
  /** What was there when it was paused; what comes is collected behind it. */
  readonly paused: LogBookState | null;
  /** Lines of a lower level are left out; those whose level nobody knows stay. */
  readonly level: LogLevel | null;
  readonly time: boolean;
  readonly wrap: boolean;
  /** The chosen line; null is the last one. */
  readonly cursor: LogMark | null;
  /** The first line in sight; null is as far down as it goes. */
  readonly top: LogMark | null;
  /** Columns scrolled out to the left, where lines are not wrapped. */
  readonly left: number;
}

export const initialLogView: LogView = {
  follow: true,
  paused: null,
  level: null,
  time: true,
  wrap: false,
  cursor: null,
  top: null,
  left: 0,
};

/** The levels `L` goes through. */
const levelSteps: readonly (LogLevel | null)[] = [null, 'info', 'warn', 'error'];

export function nextLevel(level: LogLevel | null): LogLevel | null {
  return levelSteps[(levelSteps.indexOf(level) + 1) % levelSteps.length] ?? null;
}

export function markOf({ id, at }: LogEntry): LogMark {
  return { id, at };
}

/** Stops at what is there now, or goes on where it was. */
export function togglePause(view: LogView, now: LogBookState): LogView {
  return { ...view, paused: view.paused === null ? now : null };
}
