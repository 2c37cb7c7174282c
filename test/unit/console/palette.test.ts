import { describe, expect, test } from 'vitest';
import { fuzzy } from '../../../src/console/fuzzy.ts';
import { paletteEntries } from '../../../src/console/palette.ts';
import { containersTable } from '../../../src/console/tables/containers.ts';
import { healthy } from '../../fixtures/live.ts';
import { quietBoard } from '../../fixtures/run.ts';
import { openDesk } from './desk.ts';

const quiet = () => openDesk({ live: healthy, board: quietBoard });
const typed = (text: string) => [':', ...text, 'enter'];

describe('what fits', () => {
  test('better the nearer it is to the word', () => {
    const scores = ['q', 'quit', 'the quit', 'aquit', 'qxu', 'z'].map((word) => fuzzy('q', word));
    expect(scores.slice(0, 4)).toEqual([...scores.slice(0, 4)].sort((a, b) => (a ?? 0) - (b ?? 0)));
    expect(fuzzy('rdn', 'redis-down')).not.toBeNull();
    expect(fuzzy('nd', 'down')).toBeNull();
  });

  test('an entry that cannot be used says why', () => {
    const { ports, session } = quiet();
    const [first] = paletteEntries(ports, session(), 'pods');
    expect(first).toMatchObject({ word: 'pods', reason: 'no cluster is configured' });
    const [recommended] = paletteEntries(ports, session(), 'recommended');
    expect(recommended?.reason).toContain('no runbook is recommended');
  });
});

describe('the palette', () => {
  test.each([
    ['metrics', { screen: 'panel', focus: 'metrics' }],
    ['redis', { screen: 'panel', focus: 'cache' }],
    ['pg', { screen: 'panel', focus: 'database' }],
    ['alerts', { screen: 'panel', focus: 'alerts' }],
    ['sort cpu', { sort: { containers: { column: 'cpu', descending: true } } }],
    ['filter !work', { filter: { containers: '!work' } }],
    ['q', { leaving: true }],
  ])(':%s', async (text, expected) => {
    const { press, session } = quiet();
    await press(...typed(text));
    expect(session()).toMatchObject(expected);
    expect(session().overlays).toEqual([]);
  });

  test('opens a runbook by a part of its name', async () => {
    const { press, ports } = quiet();
    await press(...typed('redis-d'));
    expect(ports.opened).toEqual(['falcon/redis-down']);
  });

  test('opens the logs of a container by its name', async () => {
    const { press, session, ports } = quiet();
    const targets: unknown[] = [];
    Object.assign(ports, {
      openLogs: (target: unknown) => {
        targets.push(target);
        return new Promise(() => {});
      },
    });
    await press(...typed('logs worker-2'));
    expect(session()).toMatchObject({ screen: 'logs', overlays: [] });
    const worker = containersTable.rows(healthy).find(({ label }) => label === 'worker-2');
    expect(JSON.stringify(targets)).toContain(worker?.container.id);
  });

  test('lists a panel once, by the word that fits best, and a filter as it is written', () => {
    const { ports, session } = quiet();
    const words = paletteEntries(ports, session(), 'd').map(({ act }) => act);
    const panels = words.filter(({ kind }) => kind === 'panel').map((act) => JSON.stringify(act));
    expect(new Set(panels).size).toBe(panels.length);
    const [filter] = paletteEntries(ports, session(), 'filter \\S+ERR');
    expect(filter?.act).toEqual({ kind: 'filter', text: '\\S+ERR' });
  });

  test('stays, and says why, where nothing can be done', async () => {
    const { press, session, top } = quiet();
    await press(...typed('region'));
    expect(session().toast?.text).toContain('this console looks at us-ashburn');
    expect(top()?.kind).toBe('palette');
    await press('ctrl+u', ...'xyzzy', 'enter');
    expect(session().toast?.text).toContain('nothing here is called that');
    await press('escape');
    expect(top()).toBeNull();
  });

  test('Tab completes and the arrows choose', async () => {
    const { press, top } = quiet();
    await press(':', ...'sort n', 'tab');
    expect(top()).toMatchObject({ kind: 'palette', text: 'sort name' });
    await press('down', 'down', 'up', 'up', 'up');
    expect(top()).toMatchObject({ chosen: 0 });
  });

  test('a paste is text in it', async () => {
    const { press, console, top } = quiet();
    await press(':');
    console.key({ kind: 'paste', text: 'filter a\nb' });
    expect(top()).toMatchObject({ text: 'filter a b' });
  });
});
