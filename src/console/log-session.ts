import type { LogMinutes } from '../keymap/log-commands.ts';
import type { LogBook, LogBookState } from '../live/logs.ts';
import { logLayout, logRows } from './log-layout.ts';
import { createLogLens, type LogFound, type LogLens } from './log-lens.ts';
import { shownText } from './log-text.ts';
import { initialLogView, type LogView } from './log-view.ts';
import type { Geometry } from './log-window.ts';
import { wrapParts } from './log-wrap.ts';

/** Which logs are wanted. */
export interface LogTarget {
  /** Ids of containers. */
  readonly containers: readonly string[];
  /** Logs that the configuration names: files and units. */
  readonly names: readonly string[];
  /** The run before the last start of each container, instead of what it writes now. */
  readonly previous: boolean;
  /** Only lines from this time on, epoch ms; null for the last lines whatever their age. */
  readonly sinceMs: number | null;
}

/** What the log screen shows, and how it is looked at. */
export interface LogSession {
  readonly target: LogTarget;
  /** Null while it is being opened. */
  readonly book: LogBook | null;
  readonly since: LogMinutes;
  /** What `/` looks for. */
  readonly search: string;
  /** Only lines that pass are shown. */
  readonly filter: string;
  readonly view: LogView;
  /** The lines, one of them with all it says, or the logs there are to choose from. */
  readonly mode: 'lines' | 'line' | 'sources';
  /** Rows scrolled in the view of one line. */
  readonly scroll: number;
  /** The source that is chosen among those there are, by key. */
  readonly choice: string | null;
  /** Sources that are wanted next, by key. */
  readonly wanted: readonly string[];
  /** Remembers what passes; a session's own, so that keys and pictures share it. */
  readonly lens: LogLens;
}

export function newLogSession(target: LogTarget): LogSession {
  return {
    target,
    book: null,
    since: null,
    search: '',
    filter: '',
    view: initialLogView,
    mode: 'lines',
    scroll: 0,
    choice: null,
    wanted: [],
    lens: createLogLens(),
  };
}

const nothing: LogBookState = { entries: [], dropped: 0, feeds: [], leftOut: 0 };

/** The lines that are looked at: those of the moment it was paused, else all there are now. */
export function shownBook({ view, book }: Pick<LogSession, 'view' | 'book'>): LogBookState {
  return view.paused ?? book?.state.getState() ?? nothing;
}

/** The lines that pass, and those that are looked for. */
export function foundIn(logs: LogSession, state: LogBookState): LogFound {
  const { filter, search, view } = logs;
  return logs.lens(state.entries, { level: view.level, filter, search });
}

/** Rows one line may take when it is wrapped; the rest stands in its own view. */
export const WRAP_ROWS_MAX = 20;

/**
 * The room for lines on the log screen.
 * @param width columns of the screen
 * @param rows rows between the header and the hint bar
 */
export function logGeometry(
  logs: LogSession,
  state: LogBookState,
  width: number,
  rows: number,
): Geometry {
  const { view } = logs;
  const sources = state.feeds.map(({ name }) => name);
  const { message } = logLayout(width, view, sources);
  return {
    rows: logRows(rows, state),
    height: (entry) =>
      view.wrap ? wrapParts(shownText(entry.line).text, message, WRAP_ROWS_MAX).length : 1,
  };
}
