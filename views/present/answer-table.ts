import { type Fields, fieldLabel, isFields, valueWords } from './answer-words.ts';
import { cut, type Line, pad, text, textWidth } from './line.ts';

const GAP = 2;
/** A column is no wider, save the last one, which takes what is left. */
const COLUMN_WIDTH_MAX = 22;
/** Narrower than this the last column says nothing. */
const LAST_WIDTH_MIN = 12;

interface Column {
  readonly name: string;
  readonly cells: readonly string[];
  readonly width: number;
}

function columnsOf(rows: readonly Fields[], readAt: number): readonly Column[] {
  const names = [...new Set(rows.flatMap(Object.keys))];
  return names.flatMap((name): Column[] => {
    const cells = rows.map((row) => valueWords(name, row[name], readAt));
    if (cells.every((cell) => cell === '–')) return [];
    const width = Math.max(textWidth(fieldLabel(name)), ...cells.map(textWidth));
    return [{ name, cells, width }];
  });
}

/** The columns that have room; the widest stands last, for what it says is prose. */
function fitting(columns: readonly Column[], room: number): readonly Column[] {
  const widest = columns.reduce<Column | null>(
    (most, column) => (most === null || column.width > most.width ? column : most),
    null,
  );
  if (widest === null) return [];
  let left = room - Math.min(widest.width, LAST_WIDTH_MIN);
  const placed = columns.flatMap((column): Column[] => {
    const width = Math.min(column.width, COLUMN_WIDTH_MAX);
    if (column === widest || width + GAP > left) return [];
    left -= width + GAP;
    return [{ ...column, width }];
  });
  const taken = placed.reduce((sum, { width }) => sum + width + GAP, 0);
  return [...placed, { ...widest, width: room - taken }];
}

/**
 * A list of records as a table: a row each, the names of its fields above.
 *
 * @param readAt when it was read, epoch ms
 * @param rowsMax rows that are shown; how many more there are is said below
 */
export function tableLines(
  records: readonly unknown[],
  readAt: number,
  { width, indent, rowsMax }: { width: number; indent: number; rowsMax: number },
): readonly Line[] {
  const all = records.filter(isFields);
  const rows = all.slice(0, rowsMax);
  const columns = fitting(columnsOf(rows, readAt), width - indent);
  const drawn = (cells: readonly string[], tone: 'quiet' | 'plain'): Line => [
    text(' '.repeat(indent)),
    text(
      columns
        .map((column, place) => {
          const last = place === columns.length - 1;
          const cell = cells[place] ?? '';
          return last ? cut(cell, column.width) : pad(cell, column.width) + ' '.repeat(GAP);
        })
        .join(''),
      tone,
    ),
  ];
  const more = all.length - rows.length;
  return [
    drawn(
      columns.map(({ name }) => fieldLabel(name)),
      'quiet',
    ),
    ...rows.map((_, row) =>
      drawn(
        columns.map(({ cells }) => cells[row] ?? ''),
        'plain',
      ),
    ),
    ...(more > 0 ? [[text(' '.repeat(indent)), text(`… ${more} more`, 'quiet')]] : []),
  ];
}
