import { useEffect, useMemo, useRef } from 'react';
import type { Look, TableModel } from '../../src/console/table.ts';
import {
  fitColumns,
  headLine,
  type Placed,
  type RowLook,
  rowLine,
  type TableView,
} from '../present/columns.ts';
import { type Line, text, toned } from '../present/line.ts';
import { steadyWindow } from '../present/list.ts';
import { useStage } from './context.ts';
import { Lines } from './lines.tsx';

interface RowLookOf<Row> extends RowLook {
  readonly table: TableModel<Row>;
  readonly view: TableView<Row>;
  readonly placed: readonly Placed<Row>[];
  readonly dim: boolean;
}

/** The line of each row with the look it was made for. */
const made = new WeakMap<object, { readonly look: RowLookOf<never>; readonly line: Line }>();

function sameLook<Row>(a: RowLookOf<Row>, b: RowLookOf<Row>): boolean {
  const keys = Object.keys(a) as (keyof RowLookOf<Row>)[];
  return keys.every((key) => a[key] === b[key]);
}

/** The line of a row: made again only when the row, its place or its look has changed. */
function lineOf<Row>(row: Row, look: RowLookOf<Row>): Line {
  const before = made.get(row as object);
  if (before !== undefined && sameLook(before.look as RowLookOf<Row>, look)) return before.line;
  const { table, view, placed, dim } = look;
  const fresh = rowLine(table, view, placed, row, look);
  const line = dim ? toned(fresh, 'quiet') : fresh;
  made.set(row as object, { look: look as RowLookOf<never>, line });
  return line;
}

export interface TableProps<Row> {
  readonly table: TableModel<Row>;
  readonly view: TableView<Row>;
  /** All rows, in order. */
  readonly rows: readonly Row[];
  readonly look: Look;
  readonly hidden: readonly string[];
  readonly selected: string | null;
  readonly marks: readonly string[];
  readonly width: number;
  /** Lines it may use. */
  readonly height: number;
  readonly zoomed: boolean;
  /** Old values look old. */
  readonly dim: boolean;
}

/** The columns with their widths; the same array while they are the same. */
function usePlaced<Row>(props: TableProps<Row>): readonly Placed<Row>[] {
  const { view, rows, width, zoomed, hidden } = props;
  const fresh = fitColumns(view, rows, { width, zoomed, hidden });
  const key = fresh.map((one) => `${one.column.id}:${one.width}`).join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for all of it
  return useMemo(() => fresh, [key, view]);
}

/**
 * Says which containers' usage is in sight, for as long as it is; those of all rows while the order
 * rests on it.
 */
function useShown<Row>({ table, rows: all, look }: TableProps<Row>, seen: readonly Row[]): void {
  const { console } = useStage();
  const viewer = useRef({});
  const ordered = table.columns.find(({ id }) => id === look.sort?.column)?.metered === true;
  const rows = ordered ? all : seen;
  const ids = table.usage === undefined ? '' : rows.map((row) => table.usage?.(row)).join(' ');
  useEffect(() => {
    if (ids !== '') console.shows(viewer.current, ids.split(' '));
  }, [console, ids]);
  useEffect(() => {
    const me = viewer.current;
    return () => console.shows(me, []);
  }, [console]);
}

interface Place {
  /** The first row in sight. */
  current: number;
}

interface Sight<Row> {
  readonly rows: readonly Row[];
  readonly hidden: number;
}

/** The rows in sight: those around the chosen one; on the overview, the last line counts the rest. */
function inSight<Row>(props: TableProps<Row>, room: number, top: Place): Sight<Row> {
  const { table, rows, selected, zoomed } = props;
  const chosen = rows.findIndex((row) => table.id(row) === selected);
  if (rows.length <= room) return { rows, hidden: 0 };
  // With one line the first row says more than the number of rows.
  if (!zoomed && room > 1 && chosen < room - 1) {
    const shown = Math.max(0, room - 1);
    return { rows: rows.slice(0, shown), hidden: rows.length - shown };
  }
  const [from, to] = steadyWindow(rows.length, Math.max(0, chosen), room, top.current);
  top.current = from;
  return { rows: rows.slice(from, to), hidden: 0 };
}

/** Rows in columns, cut to the lines it has before anything of them is made. */
export function Table<Row>(props: TableProps<Row>) {
  const { table, view, look, selected, marks, width, height, zoomed, dim } = props;
  const placed = usePlaced(props);
  const head = zoomed && height > 2;
  const room = Math.max(0, height - (head ? 1 : 0));
  const top = useRef(0);
  const { rows, hidden } = inSight(props, room, top);
  useShown(props, rows);
  const lines: Line[] = head ? [headLine(table as never, placed, look.sort)] : [];
  for (const row of rows) {
    const id = table.id(row);
    const [chosen, marked] = [id === selected, marks.includes(id)];
    lines.push(lineOf(row, { table, view, placed, width, zoomed, chosen, marked, dim }));
  }
  if (hidden > 0 && room > 0) lines.push([text(`     … ${hidden} more`, 'quiet')]);
  return <Lines lines={lines} width={width} rows={height} />;
}
