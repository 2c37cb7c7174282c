// Ink composes every row of the screen anew, cell by cell, for each frame. A row is made by the writes
// that touch it and by nothing else: the same writes make the same row.
import Output from '../../../node_modules/ink/build/output.js';
import { remembered } from './bounded.js';

const ROWS_MAX = 400;

/** What is needed to compose one row: its width, and the writes with the clips they stand in. */
const rowOf = remembered(ROWS_MAX, (key) => {
  const [width, writes] = JSON.parse(key);
  const row = new Output({ width, height: 1 });
  for (const [x, text, clips] of writes) {
    for (const [x1, x2] of clips) row.clip({ x1: x1 ?? undefined, x2: x2 ?? undefined });
    row.write(x, 0, text, { transformers: [] });
    for (const _ of clips) row.unclip();
  }
  return row.get().output;
});

/** Whether clips, one within the other, leave the row `y` out; as in Ink, a clip without both edges does not. */
function hides(clips, y) {
  const top = Math.max(...clips.map(({ y1 }) => y1 ?? Number.NEGATIVE_INFINITY));
  const bottom = Math.min(...clips.map(({ y2 }) => y2 ?? Number.POSITIVE_INFINITY));
  return Number.isFinite(top) && Number.isFinite(bottom) && (y < top || y >= bottom);
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
        // Several rows in one text, or a text that is cut before it is styled: as Ink does it.
        const styled = text !== operation.text && clips.length > 0;
        if (styled || text.includes('\n')) return super.get();
        if (rows[y] === undefined || hides(clips, y)) continue;
        rows[y].push([x, text, clips.map(({ x1, x2 }) => [x1, x2])]);
      }
    }
    const output = rows.map((writes) =>
      writes.length === 0 ? '' : rowOf(JSON.stringify([this.width, writes])),
    );
    return { output: output.join('\n'), height: this.height };
  }
}
