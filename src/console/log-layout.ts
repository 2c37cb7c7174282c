import type { LogBookState } from '../live/logs.ts';
import type { LogView } from './log-view.ts';

/** How the columns of the log screen share its width. */
export interface LogLayout {
  /** Columns of the time; 0 when it is not shown. */
  readonly time: number;
  /** Columns of the source's name; 0 where all lines are of one. */
  readonly source: number;
  readonly level: number;
  readonly message: number;
}

/** Columns of the mark before the chosen line. */
const LEAD_WIDTH = 2;
const LEVEL_WIDTH = 5;
const TIME_WIDTH = 8;
const TIME_WIDTH_WIDE = 12;
const SOURCE_WIDTH_MAX = 12;
const SOURCE_WIDTH_MAX_WIDE = 22;
/** From here on there is room for milliseconds and long names. */
const WIDE = 100;
const MESSAGE_WIDTH_MIN = 10;

export function logLayout(width: number, view: LogView, sources: readonly string[]): LogLayout {
  const wide = width >= WIDE;
  const longest = Math.max(0, ...sources.map((name) => name.length));
  const most = wide ? SOURCE_WIDTH_MAX_WIDE : SOURCE_WIDTH_MAX;
  const time = view.time ? (wide ? TIME_WIDTH_WIDE : TIME_WIDTH) : 0;
  const source = sources.length > 1 ? Math.min(longest, most) : 0;
  const taken = [time, source, LEVEL_WIDTH].filter((columns) => columns > 0);
  const used = taken.reduce((sum, columns) => sum + columns + 1, LEAD_WIDTH);
  return { time, source, level: LEVEL_WIDTH, message: Math.max(MESSAGE_WIDTH_MIN, width - used) };
}

/** Lines that tell of feeds that failed; the others are counted. */
export const FAILURES_MAX = 3;
/** The title and what is said of the lines. */
const HEAD_ROWS = 2;

/** Rows that are left for lines of the log. */
export function logRows(rows: number, { feeds }: Pick<LogBookState, 'feeds'>): number {
  const failed = feeds.filter(({ status }) => status === 'failed').length;
  return Math.max(1, rows - HEAD_ROWS - Math.min(failed, FAILURES_MAX));
}
