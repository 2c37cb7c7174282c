import { afterEach, describe, expect, test } from 'vitest';
import type { AnyTable } from '../../../src/console/table.ts';
import { containersTable } from '../../../src/console/tables/containers.ts';
import { panelIds } from '../../../src/keymap/commands.ts';
import type { LiveState } from '../../../src/live/state.ts';
import { details } from '../../../views/details/registry.ts';
import { type Column, fitColumns, headLine } from '../../../views/present/columns.ts';
import { containersView } from '../../../views/present/containers.ts';
import { bandsOf, sideBySide } from '../../../views/present/layout.ts';
import { type Line, lineWidth, text } from '../../../views/present/line.ts';
import { full, fullDead } from '../../fixtures/full.ts';
import { container, empty, fact, healthy, NOW } from '../../fixtures/live.ts';
import { fakePorts } from '../../fixtures/run.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';
import { openStage, type Stage } from './stage.ts';

const open: Stage[] = [];
afterEach(async () => {
  for (const stage of open.splice(0)) await stage.close();
});

async function show(live: LiveState, columns = 120, rows = 40) {
  const clock = createFakeClock(NOW);
  const ports = fakePorts({ clock, live });
  const stage = await openStage(ports, columns, rows);
  open.push(stage);
  return { stage, ports };
}

const plain = (line: Line) => line.map((span) => ('text' in span ? span.text : '<>')).join('');
const column = (id: string, change: Partial<Column<string>>): Column<string> => ({
  id,
  min: 4,
  cell: (row) => [text(row)],
  ...change,
});
const widths = (columns: readonly Column<string>[], width: number, rows = ['abcdefghij']) =>
  fitColumns({ columns }, rows, { width, zoomed: true, hidden: [] }).map(
    (one) => `${one.column.id}${one.width}`,
  );

describe('the columns of a table', () => {
  test('that have no room go, the least wanted first', () => {
    const columns = [column('a', { rank: 0 }), column('b', { rank: 2 }), column('c', { rank: 1 })];
    expect(widths(columns, 5 + 16)).toEqual(['a4', 'b4', 'c4']);
    expect(widths(columns, 5 + 15)).toEqual(['a4', 'c4']);
    expect(widths(columns, 5 + 5)).toEqual(['a4']);
  });

  test('are as wide as what they hold, then grow, then share the rest by weight', () => {
    const natural = column('n', { natural: (row) => row.length, max: 8 });
    expect(widths([natural], 60)).toEqual(['n8']);
    expect(widths([column('g', { grow: 20 }), column('w', { weight: 1 })], 60)).toEqual([
      'g20',
      'w33',
    ]);
    expect(
      widths([column('w', { weight: 1 }), column('v', { weight: 3 })], 5 + 2 + 8 + 40),
    ).toEqual(['w14', 'v34']);
  });

  test('with nothing in any row take no room', () => {
    const nothing = column('n', { min: 0, natural: () => 0 });
    expect(widths([column('a', {}), nothing], 60)).toEqual(['a4']);
  });

  test('say which of them the order is by', () => {
    const rows = containersTable.rows(healthy);
    const placed = fitColumns(containersView, rows, {
      width: 120,
      zoomed: true,
      hidden: ['image'],
    });
    const head = headLine(containersTable as never as AnyTable, placed, {
      column: 'memory',
      descending: true,
    });
    expect(plain(head)).toContain('memory▼');
    expect(plain(head)).not.toContain('image');
    expect(lineWidth(head)).toBeLessThanOrEqual(120);
  });
});

describe('the bands of the overview', () => {
  test.each([60, 64, 80, 100, 120, 160, 240])(
    'show every panel once, as wide as %i allows',
    (width) => {
      const drawn = panelIds.filter((id) => id !== 'alerts' && id !== 'pods');
      const bands = bandsOf(drawn, width);
      expect([...bands.flat()].sort()).toEqual([...drawn].sort());
      for (const ids of bands) {
        const all = sideBySide(width, ids);
        expect(all.reduce((sum, one) => sum + one, 2 * (ids.length - 1))).toBe(width);
      }
    },
  );

  test('give a panel that has no fixed place one of its own', () => {
    expect(bandsOf(['containers', 'pods'], 120)).toEqual([['containers'], ['pods']]);
  });
});

describe('a table on the screen', () => {
  test('shows marks, the choice, the order and a filter taken as text', async () => {
    const { stage } = await show(full);
    await stage.press('Enter', 'j', 'Space', 'j', 's', 's', 's');
    expect(stage.text()).toMatch(/^\* {2}● loadgen/m);
    expect(stage.text()).toMatch(/^ ▸ ● /m);
    expect(stage.text()).toContain('1 marked');
    expect(stage.text()).toContain('cpu▼');
    await stage.press('/', '(', 'Enter');
    expect(stage.text()).toContain('/( (as text)');
    expect(stage.text()).toContain('no container matches /(');
  });

  test('a column that was put away is gone, and comes back', async () => {
    const { stage } = await show(full);
    await stage.press('Enter');
    expect(stage.text()).toContain('registry.example');
    await stage.press('C');
    stage.console.choose('image');
    await stage.press('Esc');
    expect(stage.text()).not.toContain('registry.example');
    await stage.press('C', 'Enter');
    expect(stage.text()).toContain('[ ] name');
    stage.console.choose('image');
    await stage.press('Esc');
    expect(stage.text()).toContain('registry.example');
  });

  test('every panel can be opened, and every row of it in detail, at any size', async () => {
    for (const [columns, rows] of [
      [80, 24],
      [160, 48],
    ] as const) {
      const { stage } = await show(fullDead, columns, rows);
      for (const digit of ['1', '2', '3', '4', '5', '6', '7', '8']) {
        await stage.press(digit, 'Enter', 'g');
        if (stage.console.session.getState().screen === 'overview') await stage.press('Enter');
        await stage.press('Enter');
        const { screen, detail } = stage.console.session.getState();
        expect([screen, digit]).toEqual(['detail', digit]);
        const name = detail === null ? '' : details[detail.panel].table.noun;
        expect(stage.text()).toContain(name);
        expect(stage.text()).not.toContain('cannot be drawn');
        expect(stage.wrapped()).toBe(0);
        while (stage.console.session.getState().screen !== 'overview') await stage.press('Esc');
      }
    }
  });

  test('a row that is gone says so, and keeps what was known of it', async () => {
    const { stage, ports } = await show(healthy);
    await stage.press('j', 'Enter');
    expect(stage.text()).toContain('container falcon-loadgen');
    const left = containersTable.rows(healthy).map((row) => row.container);
    ports.live.setState({ facts: { docker: fact('docker', 'containers', left.slice(0, 2)) } });
    await stage.settle();
    expect(stage.text()).toContain('this container is gone: what follows was known last');
    expect(stage.text()).toContain('registry.example/falcon/loadgen');
    await stage.press('c');
    expect(stage.text()).toContain('choose a row first');
  });

  test('a move within what is in sight costs two lines', async () => {
    const many = Array.from({ length: 150 }, (_, index) =>
      container(`c-${String(index).padStart(3, '0')}`, { id: String(index).padStart(64, '0') }),
    );
    const live = { ...full, facts: { ...full.facts, docker: fact('docker', 'containers', many) } };
    const { stage } = await show(live, 160, 48);
    await stage.press('j', 'j');
    const before = stage.screen.counters().bytes;
    for (let count = 0; count < 8; count += 1) await stage.press('j');
    expect((stage.screen.counters().bytes - before) / 8).toBeLessThan(700);
  });

  test('only containers in sight are metered, or all while the order rests on it', async () => {
    const many = Array.from({ length: 150 }, (_, index) =>
      container(`c-${String(index).padStart(3, '0')}`, { id: String(index).padStart(64, '0') }),
    );
    const live = { ...healthy, facts: { docker: fact('docker', 'containers', many) } };
    const clock = createFakeClock(NOW);
    const wanted: number[] = [];
    const ports = {
      ...fakePorts({ clock, live }),
      watchUsage: (ids: ReadonlySet<string>) => wanted.push(ids.size),
    };
    const stage = await openStage(ports, 80, 24);
    open.push(stage);
    await clock.advance(250);
    await stage.press('Enter');
    await clock.advance(250);
    await stage.press('s', 's', 's');
    await clock.advance(250);
    await stage.press('2');
    await clock.advance(250);
    expect(wanted[0]).toBeLessThan(20);
    expect(wanted[1]).toBe(18);
    expect(wanted.slice(2)).toEqual([150, 0]);
  });

  test('an answer that changes nothing in sight writes nothing', async () => {
    const { stage, ports } = await show(full);
    const { bytes } = stage.screen.counters();
    const sources = Object.fromEntries(
      Object.entries(full.sources).map(([name, one]) => [name, { ...one, observedAt: NOW - 100 }]),
    );
    ports.live.setState({ sources, historyRevision: 99 });
    await stage.settle();
    expect(stage.screen.counters().bytes).toBe(bytes);
  });

  test('while it starts nothing is called missing', async () => {
    const { stage, ports } = await show(empty, 80, 24);
    ports.board.setState({ starting: true });
    await stage.settle();
    expect(stage.text()).toContain('◌ starting…');
    expect(stage.text()).toMatch(/1 CONTAINERS ─+ ◌ connecting…/);
    expect(stage.text()).not.toMatch(/not configured|no system|no source|right host/);
    ports.board.setState({ starting: false });
    await stage.settle();
    expect(stage.text()).toContain('not configured');
  });

  test('a panel that nothing fills names the line that would', async () => {
    const { stage, ports } = await show(healthy);
    Object.assign(ports, { mends: { database: 'postgres: { url: env:DATABASE_URL }' } });
    expect(stage.text()).toMatch(/not configured {2}4 database {3}7 host/);
    await stage.press('4');
    expect(stage.text()).toContain('postgres: { url: env:DATABASE_URL }');
  });
});
