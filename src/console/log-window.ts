import { type LogEntry, placeOf } from '../live/log-order.ts';
import type { LogFound } from './log-lens.ts';
import { type LogMark, type LogView, markOf } from './log-view.ts';

/** The room there is, and what a line takes of it. */
export interface Geometry {
  readonly rows: number;
  height(entry: LogEntry): number;
}

/** What of the lines is in sight. */
export interface LogWindow {
  /** The lines in sight, from the first one. */
  readonly entries: readonly LogEntry[];
  /** Rows of the first one that are above the edge: it is longer than the room. */
  readonly skipped: number;
  /** Index of the first among all that pass. */
  readonly from: number;
  /** Index of the chosen line among all that pass; -1 when there is none. */
  readonly cursor: number;
  /** Lines below the edge. */
  readonly below: number;
}

const atOrBefore = (entries: readonly LogEntry[], mark: LogMark): number =>
  Math.min(entries.length - 1, placeOf(entries, mark));

/** The chosen line: the one marked, the next one where that has gone, the last one unless any. */
function cursorOf(entries: readonly LogEntry[], view: LogView): number {
  if (view.follow || view.cursor === null) return entries.length - 1;
  return atOrBefore(entries, view.cursor);
}

/** The first index from which all lines to `last` fit; -1-based rows that do not fit are skipped. */
function fillUp(entries: readonly LogEntry[], last: number, { rows, height }: Geometry): number {
  let from = last;
  let used = 0;
  for (let index = last; index >= 0; index -= 1) {
    const entry = entries[index];
    used += entry === undefined ? 0 : height(entry);
    if (used > rows && index < last) break;
    from = index;
  }
  return Math.max(0, from);
}

/** Which lines are drawn: the newest while following, else those that were, with the chosen one. */
export function windowOf(found: LogFound, view: LogView, geometry: Geometry): LogWindow {
  const { entries } = found;
  const last = entries.length - 1;
  const cursor = cursorOf(entries, view);
  if (last < 0) return { entries: [], skipped: 0, from: 0, cursor: -1, below: 0 };
  const lowest = fillUp(entries, last, geometry);
  let from = lowest;
  if (!view.follow && view.top !== null) {
    from = Math.min(lowest, placeOf(entries, view.top));
    if (cursor < from) from = cursor;
    else from = Math.max(from, fillUp(entries, cursor, geometry));
  } else if (!view.follow && cursor < from) from = cursor;
  const shown: LogEntry[] = [];
  let used = 0;
  for (let index = from; index <= last && used < geometry.rows; index += 1) {
    const entry = entries[index];
    if (entry === undefined) break;
    shown.push(entry);
    used += geometry.height(entry);
  }
  // A line longer than the room is seen from its beginning, unless the newest end is followed.
  const tooLong = view.follow && shown.length === 1 ? Math.max(0, used - geometry.rows) : 0;
  return {
    entries: shown,
    skipped: tooLong,
    from,
    cursor,
    below: last - from - shown.length + 1,
  };
}

/** The view with a line chosen, what is in sight changed as little as can be; at the end it follows. */
export function choosing(
  found: LogFound,
  view: LogView,
  geometry: Geometry,
  index: number,
  follow = false,
): LogView {
  const entry = found.entries[index];
  if (entry === undefined) return view;
  if (follow) return { ...view, follow: true, cursor: null, top: null };
  const before = windowOf(found, view, geometry);
  const first = found.entries[before.from];
  const held = { ...view, follow: false, top: first === undefined ? null : markOf(first) };
  const chosen = { ...held, cursor: markOf(entry) };
  const top = found.entries[windowOf(found, chosen, geometry).from];
  return { ...chosen, top: top === undefined ? null : markOf(top) };
}

/** Stays where it is while more comes, or goes back to the newest. */
export function toggleFollow(found: LogFound, view: LogView, geometry: Geometry): LogView {
  const last = found.entries.length - 1;
  if (!view.follow) return { ...view, follow: true, cursor: null, top: null };
  return last < 0 ? { ...view, follow: false } : choosing(found, view, geometry, last);
}

/** Moves the choice; moving to the last line by `G` follows again. */
export function moveCursor(
  found: LogFound,
  view: LogView,
  geometry: Geometry,
  move: { readonly by: 'line' | 'page' | 'edge'; readonly direction: 1 | -1 },
): LogView {
  const last = found.entries.length - 1;
  if (last < 0) return view;
  const here = windowOf(found, view, geometry);
  if (move.by === 'edge') {
    const down = move.direction === 1;
    return choosing(found, view, geometry, down ? last : 0, down);
  }
  const page = Math.max(1, here.entries.length - 1);
  const to = here.cursor + (move.by === 'page' ? page : 1) * move.direction;
  return choosing(found, view, geometry, Math.min(last, Math.max(0, to)));
}

/** The place of the next line that is looked for, round the end; null when there is none. */
export function nextHit(found: LogFound, from: number, direction: 1 | -1): number | null {
  const { hits } = found;
  if (hits.length === 0) return null;
  if (direction === 1) return hits.find((index) => index > from) ?? hits[0] ?? null;
  return hits.findLast((index) => index < from) ?? hits.at(-1) ?? null;
}
