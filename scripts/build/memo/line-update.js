// Ink looks for the part of a changed line that stands already, grapheme by grapheme, and measures what is
// left: four times through each line that is not plain ASCII. Where each character is a cell, places in
// the text are columns.
import lineUpdate from '../../../node_modules/ink/build/line-update.js';
import { cellsOf } from './simple.js';

// biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for what changes the colour
const COLOURS = /\u001b\[[\d;]*m/g;
const FIRST_COLUMN = '\u001b[1G';
const ERASE_END = '\u001b[K';

/** How many characters two texts have in common at their beginning. */
function commonLength(a, b) {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length;
}

/** As Ink's own: the bytes that turn a line into the next one. */
export default function briefUpdate(previous, next, columns) {
  const [before, after] = [cellsOf(previous), cellsOf(next)];
  if (before === null || after === null || !(columns >= 1)) {
    return lineUpdate(previous, next, columns);
  }
  const full = FIRST_COLUMN + ERASE_END + next;
  const common = commonLength(previous, next);
  let column = common;
  let styles = '';
  let taken = 0;
  for (const { 0: sequence, index } of next.matchAll(COLOURS)) {
    if (index >= common) break;
    // A difference within a sequence is one before it.
    column -= Math.min(sequence.length, common - index);
    if (index + sequence.length > common) break;
    styles += sequence;
    taken += sequence.length;
  }
  if (column === 0 || column >= columns || before.length > columns || after.length > columns) {
    return full;
  }
  const partial = `\u001b[${column + 1}G${ERASE_END}${styles}${next.slice(column + taken)}`;
  return partial.length < full.length ? partial : full;
}
