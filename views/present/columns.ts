import type { AnyTable, Sort, TableModel } from '../../src/console/table.ts';
import { cell, type Line, type Span, sized, text } from './line.ts';
import { healthSign, healthTone } from './sign.ts';

/** What a cell may know beside its row. */
interface CellContext {
  /** Columns of the terminal it has. */
  readonly width: number;
  readonly zoomed: boolean;
  readonly chosen: boolean;
}

/** How one column of a table is drawn. Its `id` is that of the model's column. */
export interface Column<Row> {
  readonly id: string;
  /** Narrower than this it says nothing. With 0, and `natural` 0 for every row, it is left out. */
  readonly min: number;
  /** What a row would like; the column becomes as wide as the widest, `max` at most. */
  natural?(row: Row): number;
  readonly max?: number;
  /** It takes up to this much before the rest is shared. */
  readonly grow?: number;
  /** Its part of the room that is left over; 0 where absent. */
  readonly weight?: number;
  readonly align?: 'left' | 'right';
  /** The highest goes first where there is no room; its place where absent. */
  readonly rank?: number;
  /** Only on the whole screen. */
  readonly zoomedOnly?: boolean;
  cell(row: Row, context: CellContext): Line;
}

/** How the rows of a table are drawn. */
export interface TableView<Row> {
  readonly columns: readonly Column<Row>[];
  /** True where only a bad sign is worth drawing. */
  readonly quietSign?: boolean;
  /** A row that has one thing to say instead of its columns, from one of them to the end. */
  over?(row: Row): { readonly from: string; line(width: number): Line } | null;
}

/** One column with the width it was given. */
export interface Placed<Row> {
  readonly column: Column<Row>;
  readonly width: number;
}

/** Mark, choice, sign: `*▸ ● `. */
const LEAD_WIDTH = 5;
const GAP = 2;
/** Rows that are looked at for the width of a column. */
const FIT_ROWS_MAX = 300;

function baseWidth<Row>(column: Column<Row>, rows: readonly Row[], width: number): number {
  const { natural, min, max = Math.floor(width * 0.4) } = column;
  if (natural === undefined) return min;
  let widest = min;
  for (const row of rows.slice(0, FIT_ROWS_MAX)) widest = Math.max(widest, natural(row));
  return Math.min(widest, Math.max(min, max));
}

export interface FitOptions {
  readonly width: number;
  readonly zoomed: boolean;
  readonly hidden: readonly string[];
}

/** Chooses the columns that have room, and shares the width among them. */
export function fitColumns<Row>(
  view: TableView<Row>,
  rows: readonly Row[],
  { width, zoomed, hidden }: FitOptions,
): readonly Placed<Row>[] {
  const wanted = view.columns
    .map((column, index) => ({ column, rank: column.rank ?? index }))
    .filter(({ column }) => !hidden.includes(column.id) && (zoomed || !column.zoomedOnly))
    .sort((a, b) => a.rank - b.rank);
  const widths = new Map<Column<Row>, number>();
  let room = width - LEAD_WIDTH + GAP;
  for (const { column } of wanted) {
    const need = baseWidth(column, rows, width);
    const given = Math.min(need, room - GAP);
    if (need === 0 || (widths.size > 0 && given < need)) continue;
    widths.set(column, Math.max(0, given));
    room -= given + GAP;
  }
  for (const { column } of wanted) {
    const now = widths.get(column);
    const more = Math.min(room, (column.grow ?? 0) - (now ?? 0));
    if (now === undefined || more <= 0) continue;
    widths.set(column, now + more);
    room -= more;
  }
  const placed = view.columns.filter((column) => widths.has(column));
  const weights = placed.reduce((sum, { weight = 0 }) => sum + weight, 0);
  return placed.map((column) => {
    const share =
      weights === 0 ? 0 : Math.floor((Math.max(0, room) * (column.weight ?? 0)) / weights);
    return { column, width: (widths.get(column) ?? 0) + share };
  });
}

export interface RowLook {
  readonly width: number;
  readonly zoomed: boolean;
  readonly chosen: boolean;
  readonly marked: boolean;
}

/** One row: mark, choice, sign, then its cells. */
export function rowLine<Row>(
  table: TableModel<Row>,
  view: TableView<Row>,
  placed: readonly Placed<Row>[],
  row: Row,
  look: RowLook,
): Line {
  const health = table.health(row);
  const quiet = view.quietSign === true && (health === 'ok' || health === 'unknown');
  const spans: Span[] = [
    text(look.marked ? '*' : ' ', 'accent'),
    text(look.chosen ? '▸ ' : '  ', 'accent'),
    text(quiet ? '  ' : `${healthSign[health]} `, healthTone[health]),
  ];
  let left = look.width - LEAD_WIDTH;
  const over = view.over?.(row) ?? null;
  for (const [index, { column, width }] of placed.entries()) {
    if (index > 0) {
      spans.push(text(' '.repeat(GAP)));
      left -= GAP;
    }
    if (over?.from === column.id) {
      spans.push(...sized(over.line(left), Math.max(0, left)));
      break;
    }
    const context = { width, zoomed: look.zoomed, chosen: look.chosen };
    spans.push(...cell(column.cell(row, context), width, column.align));
    left -= width;
  }
  return spans;
}

/** The words over the columns, with an arrow at the one that is sorted by. */
export function headLine<Row>(
  table: AnyTable,
  placed: readonly Placed<Row>[],
  sort: Sort | null,
): Line {
  const heads = placed.map(({ column, width }) => {
    const title = table.columns.find(({ id }) => id === column.id)?.title ?? column.id;
    const by = sort?.column === column.id;
    const words = by ? `${title}${sort.descending ? '▼' : '▲'}` : title;
    return cell([text(words, by ? 'accent' : 'quiet')], width, column.align);
  });
  const parted = heads.flatMap((head, index) => (index === 0 ? head : [text('  '), ...head]));
  return [text(' '.repeat(LEAD_WIDTH)), ...parted];
}
