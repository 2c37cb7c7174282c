import { type Line, text } from './line.ts';

/** The first `rows` lines; the last one counts what does not fit. */
export function clip(lines: readonly Line[], rows: number): readonly Line[] {
  if (lines.length <= rows) return lines;
  if (rows <= 0) return [];
  const hidden = lines.length - rows + 1;
  return [...lines.slice(0, rows - 1), [text(`     … ${hidden} more`, 'quiet')]];
}

/** The part of a text that is in sight: what is above and below it is counted, and the keys named. */
export function scrolled(lines: readonly Line[], from: number, rows: number): readonly Line[] {
  if (lines.length <= rows || rows < 3) return clip(lines, rows);
  const first = Math.max(0, Math.min(from, lines.length - rows));
  const below = lines.length - rows - first;
  const part = [...lines.slice(first, first + rows)];
  if (first > 0) part[0] = [text(`     … ${first + 1} above   k scrolls`, 'quiet')];
  if (below > 0) part[rows - 1] = [text(`     … ${below + 1} more   j scrolls`, 'quiet')];
  return part;
}

/** Which part of a list is drawn so that the chosen row is seen: `[from, to)`. */
export function windowOf(count: number, chosen: number, rows: number): readonly [number, number] {
  if (count <= rows) return [0, count];
  const from = Math.min(Math.max(0, chosen - Math.floor(rows / 2)), count - rows);
  return [from, from + rows];
}

/**
 * As `windowOf`, but the part stays where it was while the chosen row is in it: moving within it costs
 * two lines, and leaving it moves it by half.
 * @param before where the part began last
 */
export function steadyWindow(
  count: number,
  chosen: number,
  rows: number,
  before: number,
): readonly [number, number] {
  const from = Math.max(0, Math.min(before, count - rows));
  const seen = chosen >= from && chosen < from + rows;
  return seen ? [from, Math.min(count, from + rows)] : windowOf(count, chosen, rows);
}

/** Lines set beside each other in columns of `width`, row by row. */
export function inColumns(
  cells: readonly Line[],
  columns: number,
  width: number,
  sized: (line: Line, width: number) => Line,
): readonly Line[] {
  const lines: Line[] = [];
  for (let at = 0; at < cells.length; at += columns) {
    lines.push(cells.slice(at, at + columns).flatMap((line) => sized(line, width)));
  }
  return lines;
}
