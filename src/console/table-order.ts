import { healths } from '../domain/health.ts';
import type { Sort, SortKey, TableModel } from './table.ts';

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

/** All that decides a row's place. */
interface Ranked<Row> {
  readonly row: Row;
  /** How badly it stands, worst first; equal for all where the operator chose an order. */
  readonly rank: number;
  readonly chosen: SortKey;
  readonly usual: SortKey;
  /** Its place among those that are equal in all else. */
  readonly place: number;
}

/** The order of a table under a sort: how a row is ranked, and which of two comes first. */
function orderBy<Row>(table: TableModel<Row>, sort: Sort | null) {
  const { defaultSort } = table;
  const keyOf = (id: string) => table.columns.find((column) => column.id === id)?.key ?? null;
  const chosen = sort === null ? null : keyOf(sort.column);
  const usual = keyOf(defaultSort.column);
  return {
    rank: (row: Row, place: number): Ranked<Row> => ({
      row,
      rank: sort === null ? -healths.indexOf(table.health(row)) : 0,
      chosen: chosen === null ? 0 : chosen(row),
      usual: usual === null ? 0 : usual(row),
      place,
    }),
    compare: (a: Ranked<Row>, b: Ranked<Row>): number =>
      a.rank - b.rank ||
      compareKeys(a.chosen, b.chosen, sort?.descending === true) ||
      compareKeys(a.usual, b.usual, defaultSort.descending) ||
      a.place - b.place,
  };
}

/** The rows in order: as the operator chose, else those in trouble first. Unknown values stand last. */
export function sorted<Row>(
  table: TableModel<Row>,
  rows: readonly Row[],
  sort: Sort | null,
): readonly Row[] {
  const { compare, rank } = orderBy(table, sort);
  const ranked = rows.map(rank).sort(compare);
  return ranked.map(({ row }) => row);
}

/** Below so many rows sorting anew is as cheap as keeping their order. */
const MANY = 500;
/** A larger part of new rows is sorted with all the others. */
const NEW_SHARE_MAX = 1 / 8;

/** The first place in `rows` whose row comes after what `isAfter` stands for. */
function placeBefore<Row>(rows: readonly Row[], isAfter: (row: Row) => boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = rows[middle];
    if (row !== undefined && isAfter(row)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * As `sorted`, where most rows stand in order already: only those that are new are put in their places.
 * @param before rows in the order of the same sort
 */
export function resorted<Row>(
  table: TableModel<Row>,
  rows: readonly Row[],
  sort: Sort | null,
  before: readonly Row[],
): readonly Row[] {
  if (rows.length < MANY) return sorted(table, rows, sort);
  const places = new Map(rows.map((row, place) => [row, place]));
  const kept = before.filter((row) => places.has(row));
  if (rows.length - kept.length > rows.length * NEW_SHARE_MAX) return sorted(table, rows, sort);
  const { compare, rank } = orderBy(table, sort);
  const ranked = (row: Row) => rank(row, places.get(row) ?? 0);
  const stood = new Set(kept);
  const fresh = rows.filter((row) => !stood.has(row)).map(ranked);
  const merged: Row[] = [];
  let taken = 0;
  for (const one of fresh.sort(compare)) {
    const place = placeBefore(kept, (row) => compare(one, ranked(row)) < 0);
    for (; taken < place; taken += 1) merged.push(kept[taken] as Row);
    merged.push(one.row);
  }
  return [...merged, ...kept.slice(taken)];
}
