// Ink composes every row of the screen anew, cell by cell, for each frame. A row is made by the writes
// that touch it and by nothing else: the same writes make the same row. Texts of single cells that stand
// beside each other need no cells at all.
import Output from '../../../node_modules/ink/build/output.js';
import { remembered } from './bounded.js';
import { cellsOf, rowOf, standsAlone, withoutColours } from './simple.js';

const ROWS_MAX = 400;

/** What is needed to compose one row: its width, and the writes with the clips they stand in. */
const composed = remembered(ROWS_MAX, (key) => {
  const [width, writes] = JSON.parse(key);
  const row = new Output({ width, height: 1 });
  for (const [x, text, clips] of writes) {
    for (const [x1, x2] of clips) row.clip({ x1: x1 ?? undefined, x2: x2 ?? undefined });
    row.write(x, 0, text, { transformers: [] });
    for (const _ of clips) row.unclip();
  }
  return row.get().output;
});

/** A row that is one text from its first cell on, as most are, and its cells; null when it is not simple. */
const single = remembered(ROWS_MAX, (text) => {
  const row = rowOf(Number.POSITIVE_INFINITY, [[0, text]]);
  return row === null ? null : { row, cells: cellsOf(text).length };
});

/** Whether clips, one within the other, leave the row `y` out; as in Ink, a clip without both edges does not. */
function hides(clips, y) {
  const top = Math.max(...clips.map(({ y1 }) => y1 ?? Number.NEGATIVE_INFINITY));
  const bottom = Math.min(...clips.map(({ y2 }) => y2 ?? Number.POSITIVE_INFINITY));
  return Number.isFinite(top) && Number.isFinite(bottom) && (y < top || y >= bottom);
}

/** Whether clips leave a text of one line as it is; asked only where they stand. */
function spares(clips, x, text) {
  const end = x + withoutColours(text).length;
  return clips.every(({ x1, x2 }) => (x1 ?? x) <= x && (x2 ?? end) >= end);
}

function row(width, writes) {
  if (writes.length === 0) return '';
  if (writes.every(([x, text, clips]) => clips.length === 0 || spares(clips, x, text))) {
    const [[x, text]] = writes;
    const alone = writes.length === 1 && x === 0 ? single(text) : null;
    const found = alone !== null && alone.cells <= width ? alone.row : rowOf(width, writes);
    if (found !== null) return found;
  }
  const plain = writes.map(([x, text, clips]) => [x, text, clips.map(({ x1, x2 }) => [x1, x2])]);
  return composed(JSON.stringify([width, plain]));
}

const alone = remembered(ROWS_MAX, standsAlone);

/** The lines of a text; null where a colour goes on from one to the next. */
function linesOf(text) {
  if (!text.includes('\n')) return [text];
  const lines = text.split('\n');
  return lines.every((line) => single(line) !== null || alone(line)) ? lines : null;
}

export default class RememberedOutput extends Output {
  get() {
    const rows = Array.from({ length: this.height }, () => []);
    const clips = [];
    for (const operation of this.operations) {
      if (operation.type === 'clip') clips.push(operation.clip);
      else if (operation.type === 'unclip') clips.pop();
      else {
        const { x, y, transformers } = operation;
        const text = transformers.reduce((line, change) => change(line, 0), operation.text);
        const lines = linesOf(text);
        // Colours that cross lines, or a text that is taken apart before it is styled: as Ink does it.
        const apart =
          clips.length > 0 || ['\n', '\u001b'].some((sign) => operation.text.includes(sign));
        const styled = text !== operation.text && apart;
        if (styled || lines === null) return super.get();
        for (const [index, line] of lines.entries()) {
          if (line === '' || rows[y + index] === undefined || hides(clips, y + index)) continue;
          rows[y + index].push([x, line, [...clips]]);
        }
      }
    }
    const output = rows.map((writes) => row(this.width, writes));
    return { output: output.join('\n'), height: this.height };
  }
}
