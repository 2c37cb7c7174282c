import { describe, expect, test } from 'vitest';
import { rowIds } from '../../../src/console/table.ts';
import { containersTable } from '../../../src/console/tables/containers.ts';
import { container, fact, healthy, redisDead } from '../../fixtures/live.ts';
import { quietBoard } from '../../fixtures/run.ts';
import { openDesk } from './desk.ts';

const order = (live = healthy) => rowIds(containersTable, live, { filter: '', sort: null });
const quiet = () => openDesk({ live: healthy, board: quietBoard });

describe('marks', () => {
  test('Space marks and takes the mark away; M takes all away', async () => {
    const { press, session } = quiet();
    await press('j', ' ', 'j', ' ');
    expect(session().marks.containers).toEqual(order().slice(0, 2));
    await press(' ');
    expect(session().marks.containers).toEqual(order().slice(0, 1));
    await press('M');
    expect(session().marks.containers).toEqual([]);
    await press('M');
    expect(session().toast?.text).toContain('nothing is marked');
  });
});

describe('the order', () => {
  test('s goes through the columns, S turns it round; each panel has its own', async () => {
    const { press, session } = quiet();
    await press('s');
    expect(session().sort.containers).toEqual({ column: 'name', descending: false });
    await press('S');
    expect(session().sort.containers).toEqual({ column: 'name', descending: true });
    expect(session().sort.metrics).toBeNull();
    await press('<');
    expect(session().sort.containers).toBeNull();
    expect(session().toast?.text).toBe('sorted: worst first');
  });
});

describe('columns', () => {
  test('C lists them; choosing one puts it away or brings it back, and the list stays', async () => {
    const { press, console, session, top } = quiet();
    await press('C');
    console.choose('image');
    expect(session().hidden.containers).toEqual(['image']);
    expect(top()).toMatchObject({ kind: 'list', purpose: 'columns' });
    console.choose('image');
    expect(session().hidden.containers).toEqual([]);
  });
});

describe('a detail', () => {
  test('opens on Enter, and Esc leads back the way one came', async () => {
    const { press, session } = quiet();
    const [first] = order();
    await press('j', 'enter');
    expect(session()).toMatchObject({
      screen: 'detail',
      detail: { panel: 'containers', id: first },
    });
    await press('escape');
    expect(session()).toMatchObject({ screen: 'overview', places: [] });
    await press('2', 'enter', 'j', 'enter');
    expect(session()).toMatchObject({ screen: 'detail', detail: { panel: 'metrics' } });
    await press('escape');
    expect(session()).toMatchObject({ screen: 'panel', focus: 'metrics' });
    await press('escape');
    expect(session().screen).toBe('overview');
  });

  test('a run opened from it is left back to it', async () => {
    const { press, session } = openDesk({ live: redisDead });
    await press('j', 'enter', 'r');
    expect(session().screen).toBe('wizard');
    await press('escape');
    expect(session()).toMatchObject({ screen: 'detail', detail: { panel: 'containers' } });
  });
});

describe('panels', () => {
  test('a digit without a place on the overview zooms at once; Esc goes back', async () => {
    const { press, session } = quiet();
    await press('8');
    expect(session()).toMatchObject({ screen: 'panel', focus: 'alerts' });
    await press('escape');
    expect(session().screen).toBe('overview');
  });

  test('the pods say why there are none', async () => {
    const { press, session } = quiet();
    await press('9');
    expect(session()).toMatchObject({ screen: 'overview', focus: 'containers' });
    expect(session().toast?.text).toContain('no cluster is configured');
  });

  test('Tab goes round what is drawn', async () => {
    const { press, session } = quiet();
    await press('tab');
    expect(session().focus).toBe('metrics');
    await press('shift+tab', 'shift+tab');
    expect(session().focus).toBe('checks');
  });
});

describe('a row that goes', () => {
  test('leaves the choice where it stood', async () => {
    const { press, session, ports } = quiet();
    await press('j', 'j');
    const gone = session().selection.containers;
    const rest = containersTable.rows(healthy).map((row) => row.container);
    const left = rest.filter(({ id }) => id !== gone);
    ports.live.setState({ ...healthy, facts: { docker: fact('docker', 'containers', left) } });
    expect(session().selection.containers).toBe(gone);
    await press('j');
    expect(session().selection.containers).toBe(order()[2]);
  });
});

describe('what is in sight', () => {
  test('is told once it stays, and again only when it changed', async () => {
    const told: string[][] = [];
    const { console, ports, clock } = quiet();
    Object.assign(ports, { watchUsage: (ids: ReadonlySet<string>) => told.push([...ids]) });
    const viewer = {};
    console.shows(viewer, ['a']);
    console.shows(viewer, ['a', 'b']);
    await clock.advance(250);
    console.shows(viewer, ['b', 'a']);
    await clock.advance(250);
    console.shows(viewer, []);
    await clock.advance(250);
    expect(told).toEqual([['a', 'b'], []]);
    console.shows(viewer, ['c']);
    console.close();
    expect(clock.pending()).toBe(0);
  });
});

describe('copying', () => {
  test('takes the marked rows, else the chosen one, and says what was copied', async () => {
    const { press, console, session } = quiet();
    const copied: string[] = [];
    await press('c');
    expect(session().toast?.text).toContain('choose a row first');
    await press('j', 'c');
    expect(session().toast?.text).toContain('no terminal is attached');
    console.onCopy((text) => {
      copied.push(text);
      return null;
    });
    await press('c', 'j', ' ', 'k', ' ', 'c');
    const [first = '', second = ''] = order();
    expect(copied).toEqual([first, `${first}\n${second}`]);
    expect(session().toast?.text).toMatch(/^copied 2 containers/);
  });
});

test('l says why there is no log to open', async () => {
  const { press, session } = openDesk({
    live: { ...healthy, facts: { docker: fact('docker', 'containers', [container('redis')]) } },
    board: quietBoard,
  });
  await press('l');
  expect(session().toast?.text).toContain('choose a container first');
  await press('6', 'j', 'l');
  expect(session().toast?.text).toContain('checks have no log of their own');
});
