import { type Health, healths } from '../domain/health.ts';
import type { PanelId } from '../keymap/commands.ts';
import type { LiveState } from '../live/state.ts';
import { matcherOf } from './filter.ts';

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

/** Names whose order is remembered; all are forgotten when there would be more. */
const KEYS_MAX = 20_000;
const orderOf = new Map<string, string>();

/**
 * A text that stands where this one stands among others in natural order (`svc-2` before `svc-10`):
 * comparing such texts is cheap enough for thousands of rows, which collation is not.
 */
function naturalKey(text: string): string {
  let key = orderOf.get(text);
  if (key === undefined) {
    key = `${text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(16, '0'))}\u0000${text}`;
    if (orderOf.size >= KEYS_MAX) orderOf.clear();
    orderOf.set(text, key);
  }
  return key;
}

function compareTexts(a: string, b: string): number {
  const [first, second] = [naturalKey(a), naturalKey(b)];
  return first < second ? -1 : Number(first > second);
}

function compareKeys(a: SortKey, b: SortKey, descending: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const by =
    typeof a === 'number' && typeof b === 'number' ? a - b : compareTexts(String(a), String(b));
  return descending ? -by : by;
}

/** Stable order by one column; rows without a value stand last. */
function byColumn<Row>(table: TableModel<Row>, rows: readonly Row[], sort: Sort): readonly Row[] {
  const key = table.columns.find(({ id }) => id === sort.column)?.key ?? null;
  if (key === null) return rows;
  const keyed = rows.map((row) => ({ row, key: key(row) }));
  keyed.sort((a, b) => compareKeys(a.key, b.key, sort.descending));
  return keyed.map(({ row }) => row);
}

/** The rows in order: as the operator chose, else those in trouble first. */
export function sorted<Row>(
  table: TableModel<Row>,
  rows: readonly Row[],
  sort: Sort | null,
): readonly Row[] {
  if (sort !== null) return byColumn(table, byColumn(table, rows, table.defaultSort), sort);
  const ranked = byColumn(table, rows, table.defaultSort).map((row) => ({
    row,
    rank: healths.indexOf(table.health(row)),
  }));
  ranked.sort((a, b) => b.rank - a.rank);
  return ranked.map(({ row }) => row);
}

interface Known {
  readonly live: LiveState;
  readonly rows: readonly unknown[];
  readonly byId: ReadonlyMap<string, unknown>;
}

/** The last rows of each table: a key asks for the chosen one a dozen times, be there ten thousand. */
const known = new WeakMap<AnyTable, Known>();

function knownRows(table: AnyTable, live: LiveState): Known {
  const before = known.get(table);
  if (before?.live === live) return before;
  const rows = table.rows(live);
  const unchanged =
    before?.rows.length === rows.length && rows.every((row, index) => row === before.rows[index]);
  const byId = unchanged ? before.byId : new Map(rows.map((row) => [table.id(row), row]));
  const now = { live, rows: unchanged ? before.rows : rows, byId };
  known.set(table, now);
  return now;
}

interface Drawn {
  readonly live: LiveState;
  readonly look: Look;
  readonly rows: readonly unknown[];
}

/** The last answer for each table: panels, keys and hints ask the same within one frame. */
const drawn = new WeakMap<AnyTable, Drawn>();

function sameLook(a: Look, b: Look): boolean {
  const same = a.sort?.column === b.sort?.column && a.sort?.descending === b.sort?.descending;
  return a.filter === b.filter && same;
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
  const next = sorted(table, found, look.sort);
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
  return (knownRows(table, live).byId.get(id) ?? null) as Row | null;
}

/** The marks of rows that are still there: a mark never passes to another row. */
export function pruned(
  marks: readonly string[],
  table: AnyTable,
  live: LiveState,
): readonly string[] {
  if (marks.length === 0) return marks;
  const there = knownRows(table, live).byId;
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
