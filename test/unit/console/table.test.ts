import { describe, expect, test } from 'vitest';
import { matcherOf } from '../../../src/console/filter.ts';
import { joined } from '../../../src/console/joined.ts';
import {
  type AnyTable,
  nextSort,
  pruned,
  rowIds,
  sorted,
  type TableModel,
  tableRows,
} from '../../../src/console/table.ts';
import { resorted } from '../../../src/console/table-order.ts';
import { containersTable } from '../../../src/console/tables/containers.ts';
import { tables } from '../../../src/console/tables.ts';
import type { Health } from '../../../src/domain/health.ts';
import { panelIds } from '../../../src/keymap/commands.ts';
import { container, fact, healthy, redisDead } from '../../fixtures/live.ts';

interface Item {
  readonly id: string;
  readonly size: number | null;
  readonly health: Health;
}

const item = (id: string, size: number | null, health: Health = 'ok'): Item => ({
  id,
  size,
  health,
});
const items = [item('b10', 3), item('a', null, 'warning'), item('b9', 3), item('c', 7, 'critical')];

const table: TableModel<Item> = {
  panel: 'containers',
  noun: 'item',
  rows: () => items,
  id: ({ id }) => id,
  name: ({ id }) => id,
  text: ({ id }) => id,
  health: ({ health }) => health,
  columns: [
    { id: 'name', title: 'name', key: ({ id }) => id, firstDescending: false },
    { id: 'size', title: 'size', key: ({ size }) => size, firstDescending: true },
    { id: 'chart', title: 'chart', key: null, firstDescending: false },
  ],
  defaultSort: { column: 'name', descending: false },
};
const any = table as unknown as AnyTable;
const ids = (rows: readonly Item[]) => rows.map(({ id }) => id);

describe('the order of a table', () => {
  test('is worst first, then by its own order, numbers in names as numbers', () => {
    expect(ids(sorted(table, items, null))).toEqual(['c', 'a', 'b9', 'b10']);
  });

  test.each([
    [true, ['c', 'b9', 'b10', 'a']],
    [false, ['b9', 'b10', 'c', 'a']],
  ])(
    'by a column, descending %s: equals keep their order, the unknown stands last',
    (descending, order) => {
      expect(ids(sorted(table, items, { column: 'size', descending }))).toEqual(order);
    },
  );

  test('goes round all columns that have one, and back to worst first', () => {
    const name = { column: 'name', descending: false };
    const size = { column: 'size', descending: true };
    expect(nextSort(any, null, 1)).toEqual(name);
    expect(nextSort(any, name, 1)).toEqual(size);
    expect(nextSort(any, size, 1)).toBeNull();
    expect(nextSort(any, null, -1)).toEqual(size);
  });
});

describe('a filter', () => {
  test.each([
    ['', 'anything', true],
    ['RED', 'falcon-redis', true],
    ['^red', 'falcon-redis', false],
    ['redis|nginx', 'falcon-nginx', true],
    ['!redis', 'falcon-redis', false],
    ['! redis', 'falcon-nginx', true],
    ['!', 'falcon-nginx', true],
    ['c++(', 'a C++( b', true],
    ['c++(', 'ccc', false],
    ['\\D\\S[X-Z]$', '1-bY', true],
    ['\\D\\S[X-Z]$', '1-b1', false],
    ['(?=red)', 'falcon-redis', false],
    ['(?=red)', 'a (?=RED) b', true],
  ])('%j on %j lets it through: %s', (filter, text, through) => {
    expect(matcherOf(filter)(text)).toBe(through);
  });

  // Each of these would take longer than the test may on a single row.
  test.each(['(a+)+$', '(A|aa)+$', '(.*)*(.*)*(.*)*z', '^(\\w+\\s?)*$', '(a*)*(a*)*\\d'])(
    '%j on 5,000 rows ends',
    (filter) => {
      const matches = matcherOf(filter);
      const rows = Array.from({ length: 5000 }, (_, row) => `${'a'.repeat(60)}!${row}\u0100!`);
      expect(rows.some((row) => row.length > 0 && matches(row))).toBe(filter.endsWith('d'));
    },
  );
});

describe('the rows of a table', () => {
  const look = { filter: '', sort: null };

  test('are the same array while nothing of them has changed', () => {
    const first = tableRows(containersTable, healthy, look);
    expect(tableRows(containersTable, { ...healthy, historyRevision: 2 }, look)).toBe(first);
    const after = tableRows(containersTable, redisDead, look);
    expect(after).not.toBe(first);
    expect(after.filter((row) => first.includes(row))).toHaveLength(6);
  });

  test('of several parts keep their identity while every part does', () => {
    const make = joined((a: { n: number }, b: string) => ({ a, b }));
    const a = { n: 1 };
    expect(make(a, 'x')).toBe(make(a, 'x'));
    expect(make(a, 'x')).not.toBe(make(a, 'y'));
  });

  test('that have gone lose their mark, and no other row takes it over', () => {
    const marks = rowIds(containersTable, healthy, look).slice(0, 2);
    expect(pruned(marks, tables.containers, healthy)).toBe(marks);
    const [kept = '', gone = ''] = marks;
    const known = containersTable.rows(healthy).map((row) => row.container);
    const left = known.filter(({ id }) => id !== gone);
    const live = { ...healthy, facts: { docker: fact('docker', 'containers', left) } };
    expect(pruned(marks, tables.containers, live)).toEqual([kept]);
  });

  test('ten thousand are filtered and sorted within a frame', () => {
    const many = Array.from({ length: 10_000 }, (_, n) => container(`c-${n}`));
    const live = { ...healthy, facts: { docker: fact('docker', 'containers', many) } };
    expect(tableRows(containersTable, live, { filter: 'c-99', sort: null })).toHaveLength(111);
  });
});

describe('every panel', () => {
  test.each(panelIds)('%s is a table whose default order and identities hold', (panel) => {
    const model = tables[panel];
    expect(model.panel).toBe(panel);
    const columns = model.columns.map(({ id }) => id);
    expect(new Set(columns).size).toBe(columns.length);
    const order = model.columns.find(({ id }) => id === model.defaultSort.column);
    expect(order?.key).not.toBeNull();
    const rows = model.rows(redisDead);
    expect(new Set(rows.map((row) => model.id(row))).size).toBe(rows.length);
    expect(model.rows(redisDead).every((row, index) => row === rows[index])).toBe(true);
  });
});

describe('the order of thousands', () => {
  const healths = ['ok', 'unknown', 'warning', 'critical'] as const;
  const many = Array.from({ length: 2000 }, (_, n) =>
    item(`i${n}`, n % 5 === 0 ? null : n % 7, healths[n % 4]),
  );
  let ranked = 0;
  const counted: TableModel<Item> = {
    ...table,
    health: ({ health }) => {
      ranked += 1;
      return health;
    },
  };
  // Some changed, some gone, some new, in another order.
  const changed = many
    .filter((_, n) => n % 100 !== 3)
    .map((one, n) => (n % 50 === 0 ? { ...one, size: 6, health: 'critical' as const } : one))
    .concat(item('i7b', 2), item('zz', null, 'critical'));

  test.each([
    null,
    { column: 'size', descending: true },
    { column: 'size', descending: false },
    { column: 'chart', descending: false },
  ])('under %j is that of all of them sorted anew, though only the new are', (sort) => {
    const before = sorted(table, many, sort);
    ranked = 0;
    const after = resorted(counted, changed, sort, before);
    expect(ids(after)).toEqual(ids(sorted(table, changed, sort)));
    if (sort === null) expect(ranked).toBeLessThan(changed.length / 2);
  });

  test('is made anew where most rows are new', () => {
    const other = many.map((one) => ({ ...one }));
    expect(resorted(table, other, null, sorted(table, many, null))).toEqual(
      sorted(table, other, null),
    );
  });
});
