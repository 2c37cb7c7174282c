import type { Command } from '../keymap/commands.ts';
import type { LogDesk } from './log-desk.ts';
import { detailRows } from './log-detail.ts';
import { moveCursor } from './log-window.ts';

type Move = Extract<Command, { type: 'move' }>;

/** Rows of the views of one line and of the sources that are no rows of theirs. */
const LINE_HEAD_ROWS = 2;

const stepped = (at: number, { by, direction }: Move, page: number, last: number): number => {
  if (by === 'edge') return direction === 1 ? last : 0;
  return Math.min(last, Math.max(0, at + direction * (by === 'page' ? page : 1)));
};

/** Moves in what the log screen shows: the lines, one line, the sources. */
export function createLogMoves(desk: LogDesk) {
  return (command: Move) => {
    const seen = desk.sight();
    if (seen === null) return;
    const { open, found, geometry, window, columns, rows } = seen;
    if (open.mode === 'lines') {
      desk.change({ view: moveCursor(found, open.view, geometry, command) });
    } else if (open.mode === 'line') {
      const entry = found.entries[window.cursor];
      const page = rows - LINE_HEAD_ROWS;
      const all = entry === undefined ? 0 : detailRows(entry.line, columns - 2).length;
      const last = Math.max(0, all - page);
      desk.change({ scroll: stepped(Math.min(open.scroll, last), command, page, last) });
    } else {
      const keys = desk.sources().map(({ key }) => key);
      const at = Math.max(0, keys.indexOf(open.choice ?? ''));
      const to = stepped(at, command, rows - LINE_HEAD_ROWS, keys.length - 1);
      desk.change({ choice: keys[to] ?? null });
    }
  };
}
