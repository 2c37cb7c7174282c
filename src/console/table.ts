import type { Health } from '../domain/health.ts';
import type { PanelId } from '../keymap/commands.ts';
import type { LiveState } from '../live/state.ts';
import { matcherOf } from './filter.ts';
import { resorted } from './table-order.ts';

export { sorted } from './table-order.ts';

/** What a column is sorted by; null is unknown and stands last whichever way it is sorted. */
export type SortKey = number | string | null;

/** A method, so that a table of any rows is still an `AnyTable`. */
interface RowKey<Row> {
  of(row: Row): SortKey;
}

interface TableColumn<Row> {
  readonly id: string;
  /** The word over it, and in the list of columns. */
  readonly title: string;
  /** Null for a column that has no order, e.g. a chart. */
  readonly key: RowKey<Row>['of'] | null;
  /** True where one looks for the largest first. */
  readonly firstDescending: boolean;
  /** True where its order needs every row to be metered, not only those in sight. */
  readonly metered?: boolean;
}

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

/**
 * What a panel lists, without how it is drawn. `rows` has to give the same row object as long as what
 * it is made of has not changed (see `joined`): that is what keeps it from being drawn again.
 */
export interface TableModel<Row> {
  readonly panel: PanelId;
  /** What one row is called, e.g. `container`. */
  readonly noun: string;
  rows(live: LiveState): readonly Row[];
  /** The row's identity: never its place, and never a name that may be given out again. */
  id(row: Row): string;
  /** How the operator calls it. */
  name(row: Row): string;
  /** All that a filter looks at. */
  text(row: Row): string;
  health(row: Row): Health;
  readonly columns: readonly TableColumn<Row>[];
  /** The order among rows that stand equally well, until the operator chooses one. */
  readonly defaultSort: Sort;
  /** What `c` copies; the name where it is absent. */
  copy?(row: Row): string;
  /** Id of the container whose logs `l` opens; null where the row has none. */
  logs?(row: Row): string | null;
  /** Id of the container whose usage the row shows: metered while it is on the screen. */
  usage?(row: Row): string;
}

/** A table whose rows nobody outside of it needs to know. */
export type AnyTable = TableModel<unknown>;

/** How the operator looks at a table. A null sort is worst first. */
export interface Look {
  readonly filter: string;
  readonly sort: Sort | null;
}

interface Known {
  readonly live: LiveState;
  readonly rows: readonly unknown[];
  /** Made when somebody asks for a row by its identity. */
  byId: ReadonlyMap<string, unknown> | null;
}

/** The last rows of each table: a key asks for the chosen one a dozen times, be there ten thousand. */
const known = new WeakMap<AnyTable, Known>();

function knownRows(table: AnyTable, live: LiveState): Known {
  const before = known.get(table);
  if (before?.live === live) return before;
  const rows = table.rows(live);
  const unchanged =
    before?.rows.length === rows.length && rows.every((row, index) => row === before.rows[index]);
  const now: Known = unchanged ? { ...before, live } : { live, rows, byId: null };
  known.set(table, now);
  return now;
}

function rowsById(table: AnyTable, live: LiveState): ReadonlyMap<string, unknown> {
  const now = knownRows(table, live);
  now.byId ??= new Map(now.rows.map((row) => [table.id(row), row]));
  return now.byId;
}

interface Drawn {
  readonly live: LiveState;
  readonly look: Look;
  readonly rows: readonly unknown[];
}

/** The last answer for each table: panels, keys and hints ask the same within one frame. */
const drawn = new WeakMap<AnyTable, Drawn>();

function sameSort({ sort: a }: Look, { sort: b }: Look): boolean {
  return a?.column === b?.column && a?.descending === b?.descending;
}

function sameLook(a: Look, b: Look): boolean {
  return a.filter === b.filter && sameSort(a, b);
}

/** The rows to draw: those the filter lets through, in order. The array is kept while it is the same. */
export function tableRows<Row>(
  table: TableModel<Row>,
  live: LiveState,
  look: Look,
): readonly Row[] {
  const before = drawn.get(table);
  if (before !== undefined && before.live === live && sameLook(before.look, look)) {
    return before.rows as readonly Row[];
  }
  const matches = matcherOf(look.filter);
  const all = knownRows(table, live).rows as readonly Row[];
  const found = look.filter === '' ? all : all.filter((row) => matches(table.text(row)));
  const inOrder = before !== undefined && sameSort(before.look, look) ? before.rows : [];
  const next = resorted(table, found, look.sort, inOrder as readonly Row[]);
  const same =
    before?.rows.length === next.length && next.every((row, index) => row === before.rows[index]);
  const rows = same ? (before.rows as readonly Row[]) : next;
  drawn.set(table, { live, look, rows });
  return rows;
}

const idsOf = new WeakMap<readonly unknown[], readonly string[]>();

/** Identities of the rows to draw, in their order. */
export function rowIds<Row>(
  table: TableModel<Row>,
  live: LiveState,
  look: Look,
): readonly string[] {
  const rows = tableRows(table, live, look);
  let ids = idsOf.get(rows);
  if (ids === undefined) {
    ids = rows.map((row) => table.id(row));
    idsOf.set(rows, ids);
  }
  return ids;
}

/** The row with this identity, whatever the filter says; null when it has gone. */
export function rowWith<Row>(table: TableModel<Row>, live: LiveState, id: string): Row | null {
  return (rowsById(table, live).get(id) ?? null) as Row | null;
}

/** The marks of rows that are still there: a mark never passes to another row. */
export function pruned(
  marks: readonly string[],
  table: AnyTable,
  live: LiveState,
): readonly string[] {
  if (marks.length === 0) return marks;
  const there = rowsById(table, live);
  const kept = marks.filter((id) => there.has(id));
  return kept.length === marks.length ? marks : kept;
}

/** The sort after this one: each column that has an order, then worst first again. */
export function nextSort(table: AnyTable, sort: Sort | null, step: 1 | -1): Sort | null {
  const orders = table.columns.filter(({ key }) => key !== null);
  const at = sort === null ? -1 : orders.findIndex(({ id }) => id === sort.column);
  const count = orders.length + 1;
  const next = orders[((at + 1 + step + count) % count) - 1];
  return next === undefined ? null : { column: next.id, descending: next.firstDescending };
}
