import { afterEach, describe, expect, test } from 'vitest';

import type { LogTarget } from '../../../src/console/log-session.ts';
import type { ConsolePorts } from '../../../src/console/ports.ts';
import { OperatorError } from '../../../src/domain/operator-error.ts';
import { createLogBook } from '../../../src/live/logs.ts';
import { containers } from '../../../src/live/selectors.ts';
import { healthy, NOW } from '../../fixtures/live.ts';
import { type FakeFeed, fakeFeed, logLine } from '../../fixtures/logs.ts';
import { type FakePorts, fakePorts } from '../../fixtures/run.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';
import { openStage, type Stage } from './stage.ts';

const open: Stage[] = [];
afterEach(async () => {
  for (const stage of open.splice(0)) await stage.close();
});

const nameOf = (id: string) => containers(healthy).find((one) => one.id === id)?.name ?? id;

/** The screen with logs that the test writes. */
async function show(columns = 80, rows = 24, meets?: () => void) {
  const clock = createFakeClock(NOW);
  const feeds = new Map<string, FakeFeed>();
  const targets: LogTarget[] = [];
  const openLogs: ConsolePorts['openLogs'] = async (target) => {
    targets.push(target);
    const made = [...target.names, ...target.containers.map(nameOf)].map((name) => {
      const feed = fakeFeed(name, meets);
      feeds.set(name, feed);
      return feed;
    });
    const { previous, sinceMs } = target;
    return createLogBook({ clock, random: () => 1, feeds: made, sinceMs, reopen: !previous });
  };
  const ports = { ...fakePorts({ clock, live: healthy }), openLogs, logNames: ['nginx.log'] };
  const stage = await openStage(ports satisfies FakePorts, columns, rows);
  open.push(stage);
  return {
    stage,
    clock,
    targets,
    feed: (name: string) => {
      const feed = feeds.get(name);
      if (feed === undefined) throw new Error(`${name} is not open: ${[...feeds.keys()]}`);
      return feed;
    },
    /** Lets what has come reach the screen. */
    async pass(ms = 250) {
      await clock.advance(ms);
      await stage.settle();
    },
    row: (words: string) => stage.lines().find((line) => line.includes(words)) ?? '',
    first: containers(healthy)[0],
  };
}

type Shown = Awaited<ReturnType<typeof show>>;

/** Opens the log of the container that is chosen first. */
async function openFirst(shown: Shown) {
  await shown.stage.press('1', 'j', 'l');
  await shown.pass();
  const name = nameOf(shown.targets[0]?.containers[0] ?? '');
  return { name, feed: shown.feed(name) };
}

const numbered = (name: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) =>
    logLine(name, NOW - 60_000 + (from + index) * 10, `line ${from + index}`),
  );

function expectWhole(stage: Stage) {
  expect(stage.wrapped()).toBe(0);
  expect(stage.screen.counters()).toMatchObject({ clears: 0, scrolledLines: 0 });
}

describe.each([
  [80, 24],
  [120, 40],
] as const)('the log screen at %i×%i', (columns, rows) => {
  test('follows the newest lines, with time, level and what else they say', async () => {
    const shown = await show(columns, rows);
    const { name, feed } = await openFirst(shown);
    const fields = { level: 'error', msg: 'Cache get error', operation: 'get' };
    feed.write(...numbered(name, 0, 500), {
      ...logLine(name, NOW, 'Cache get error', 'error', fields),
      raw: JSON.stringify(fields),
    });
    await shown.pass();
    const { stage } = shown;
    stage.picture(`logs-${columns}x${rows}`);
    expect(stage.lines().at(-2)).toContain('ERROR Cache get error  operation=get');
    expect(stage.lines().at(-3)).toContain('INFO  line 499');
    expect(shown.row('LOGS')).toContain(name);
    expect(shown.row('LOGS')).toContain('● following');
    expect(stage.text()).toContain('501 lines');
    expectWhole(stage);
  });

  test('several sources are merged and named', async () => {
    const shown = await show(columns, rows);
    await shown.stage.press('1', 'Enter', 'j', ' ', 'j', ' ', 'l');
    await shown.pass();
    const names = shown.targets[0]?.containers.map(nameOf) ?? [];
    expect(names).toHaveLength(2);
    for (const [index, name] of names.entries()) {
      shown.feed(name).write(logLine(name, NOW - 100 * index, `from ${name}`));
    }
    await shown.pass();
    const lines = shown.stage.lines().filter((line) => line.includes('from '));
    expect(lines.map((line) => line.slice(line.indexOf('from ') + 5))).toEqual(
      [...names].reverse(),
    );
    expect(lines[0]).toMatch(new RegExp(`${names[1]?.slice(0, 8)}.*INFO`));
    shown.stage.picture(`logs-merged-${columns}x${rows}`);
  });
});

test('moving up stops following; what comes leaves the picture as it is', async () => {
  const shown = await show();
  const { name, feed } = await openFirst(shown);
  feed.write(...numbered(name, 0, 100));
  await shown.pass();
  await shown.stage.press('k', 'k');
  const before = shown.stage.lines().slice(3, -1);
  expect(shown.row('▸')).toContain('line 97');
  feed.write(...numbered(name, 100, 200));
  await shown.pass();
  expect(shown.stage.lines().slice(3, -1)).toEqual(before);
  expect(shown.row('LOGS')).toContain('not following, 100 below');
  await shown.stage.press('G');
  expect(shown.stage.lines().at(-2)).toContain('line 199');
  expect(shown.row('LOGS')).toContain('● following');
  await shown.stage.press('g');
  expect(shown.row('▸')).toContain('line 0');
  await shown.stage.press('f');
  expect(shown.stage.lines().at(-2)).toContain('line 199');
});

test('paused, lines are collected and counted; none is lost', async () => {
  const shown = await show();
  const { name, feed } = await openFirst(shown);
  feed.write(...numbered(name, 0, 100));
  await shown.pass();
  await shown.stage.press(' ');
  feed.write(...numbered(name, 100, 130));
  await shown.pass();
  expect(shown.row('LOGS')).toContain('paused, 30 lines waiting');
  expect(shown.stage.lines().at(-2)).toContain('line 99');
  await shown.stage.press('s');
  expect(shown.stage.lines().at(-2)).toContain('line 129');
});

test('a search goes to what it finds as it is typed; n and N go on', async () => {
  const shown = await show();
  const { name, feed } = await openFirst(shown);
  feed.write(...numbered(name, 0, 100));
  await shown.pass();
  await shown.stage.press('/', '4', '2');
  expect(shown.row('▸')).toContain('line 42');
  await shown.stage.press('Backspace', '5');
  expect(shown.row('▸')).toContain('line 45');
  await shown.stage.press('Esc');
  expect(shown.stage.lines().at(-2)).toContain('line 99');
  await shown.stage.press('/', '9', '$', 'Enter');
  expect(shown.row('▸')).toContain('line 99');
  expect(shown.stage.text()).toContain('/9$ 10 of 10');
  shown.stage.picture('logs-search-80x24');
  await shown.stage.press('N');
  expect(shown.row('▸')).toContain('line 89');
  await shown.stage.press('n', 'n');
  expect(shown.row('▸')).toContain('line 9');
  expect(shown.stage.text()).toContain('/9$ 1 of 10');
  await shown.stage.press('Esc');
  expect(shown.stage.text()).not.toContain('/9$');
  await shown.stage.press('n');
  expect(shown.stage.text()).toContain('nothing is looked for');
});

test('a filter and a level narrow the lines, also those that come', async () => {
  const shown = await show();
  const { name, feed } = await openFirst(shown);
  feed.write(...numbered(name, 0, 100), logLine(name, NOW, 'broken', 'error'));
  await shown.pass();
  await shown.stage.press('&', '!', 'l', 'i', 'n', 'e', 'Enter');
  expect(shown.stage.text()).toContain('1 of 101 lines');
  expect(shown.stage.text()).toContain('&!line');
  feed.write(logLine(name, NOW, 'line of no interest'), logLine(name, NOW, 'and this', 'warn'));
  await shown.pass();
  expect(shown.stage.text()).toContain('and this');
  expect(shown.stage.text()).not.toContain('no interest');
  await shown.stage.press('L', 'L', 'L');
  expect(shown.stage.text()).toContain('error and worse');
  expect(shown.stage.text()).not.toContain('and this');
  await shown.stage.press('Esc');
  expect(shown.stage.text()).not.toContain('&!line');
  await shown.stage.press('F', 'z', 'z', 'Enter');
  expect(shown.stage.text()).toContain('none of 103 lines passes &zz and level error');
});

test('a line in full: its JSON and its stack trace; the next and the one before', async () => {
  const shown = await show();
  const { name, feed } = await openFirst(shown);
  const fields = { level: 'error', msg: 'lost', error: { code: 'E1', stack: 'at a\n  at b' } };
  feed.write(logLine(name, NOW - 20, 'before'), {
    ...logLine(name, NOW - 10, 'lost', 'error', fields),
    raw: JSON.stringify(fields),
  });
  await shown.pass();
  await shown.stage.press('Enter');
  shown.stage.picture('log-line-80x24');
  expect(shown.row('LINE')).toContain('2 of 2');
  expect(shown.row('"code": "E1"')).not.toBe('');
  expect(shown.row('"stack": "at a')).not.toBe('');
  expect(shown.row('  at b"')).not.toBe('');
  await shown.stage.press('Left');
  expect(shown.row('as written')).toContain('before');
  await shown.stage.press('Esc');
  expect(shown.row('▸')).toContain('before');
});

test('long lines are cut, scrolled and wrapped', async () => {
  const shown = await show();
  const { name, feed } = await openFirst(shown);
  const words = Array.from({ length: 60 }, (_, index) => `w${index}`).join(' ');
  feed.write(logLine(name, NOW, words), logLine(name, NOW, '日本語 '.repeat(40)));
  await shown.pass();
  expect(shown.stage.text()).not.toContain('w59');
  await shown.stage.press('Right');
  expect(shown.row('w8')).not.toContain('w0 ');
  await shown.stage.press('w');
  expect(shown.stage.text()).toContain('w59');
  expect(shown.stage.text()).toContain('wrapped');
  shown.stage.picture('logs-wrapped-80x24');
  expectWhole(shown.stage);
});

test('the run before, a time, and other logs are opened instead; the old ones are closed', async () => {
  const shown = await show();
  const { name, feed } = await openFirst(shown);
  await shown.stage.press('p');
  await shown.pass();
  expect(feed.open).toBe(false);
  expect(shown.targets[1]).toMatchObject({ previous: true });
  shown.feed(name).write(logLine(name, NOW - 5000, 'last words'));
  shown.feed(name).end();
  await shown.pass();
  expect(shown.stage.text()).toContain('last words');
  expect(shown.stage.text()).toContain('the run before the last start');
  expect(shown.row('LOGS')).toContain('○ ended');
  await shown.stage.press('2');
  await shown.pass();
  const sinceMs = shown.targets[2]?.sinceMs ?? 0;
  expect(shown.clock.now() - sinceMs).toBeGreaterThanOrEqual(300_000);
  expect(shown.stage.text()).toContain('last 5 min');
  await shown.stage.press('m', 'g', 'Enter');
  shown.stage.picture('log-sources-80x24');
  await shown.stage.press('Esc');
  await shown.pass();
  expect(shown.targets[3]).toMatchObject({ names: ['nginx.log'], containers: [expect.anything()] });
});

test('a failed log says what happened and when it is tried again; the others go on', async () => {
  let refuse = true;
  const shown = await show(80, 24, () => {
    if (refuse) throw new OperatorError('denied', 'may not be read', 'ask for the right to it');
  });
  const { name } = await openFirst(shown);
  expect(shown.row('may not')).toMatch(
    /✖ falcon-\S+ 0s +may not be read; ask for the right to it$/,
  );
  expect(shown.row('LOGS')).toContain('1 of 1 failed');
  expect(shown.stage.text()).toContain('it is tried again every few seconds');
  shown.stage.picture('logs-failed-80x24');
  refuse = false;
  await shown.pass(5000);
  shown.feed(name).write(logLine(name, shown.clock.now(), 'back'));
  await shown.pass();
  expect(shown.row('back')).toContain('INFO');
  expect(shown.row('LOGS')).toContain('● following');
});

test('opening that fails is told in a message', async () => {
  const clock = createFakeClock(NOW);
  const openLogs = async () => {
    throw new OperatorError('missing', 'no such container', 'see docker ps');
  };
  const stage = await openStage({ ...fakePorts({ clock, live: healthy }), openLogs }, 80, 24);
  open.push(stage);
  await stage.press('1', 'j', 'l');
  expect(stage.text()).toContain('no such container');
});

test('quiet, and closed on leaving', async () => {
  const shown = await show();
  const { name, feed } = await openFirst(shown);
  expect(shown.stage.text()).toContain(`waiting for the log of ${name}`);
  await shown.pass(2000);
  expect(shown.stage.text()).toContain(`${name} has written nothing yet`);
  expect(feed.open).toBe(true);
  await shown.stage.press('Esc');
  await shown.pass();
  expect(feed.open).toBe(false);
  expect(shown.stage.text()).toContain('CONTAINERS');
});

test('control sequences of a line never reach the terminal', async () => {
  const shown = await show();
  const { name, feed } = await openFirst(shown);
  feed.write(logLine(name, NOW, 'a\u001b]0;owned\u0007b\u009b31mc'));
  await shown.pass();
  expect(shown.row('INFO')).toMatch(/INFO {2}abc$/);
  expect(shown.stage.screen.xterm.buffer.active.type).toBe('alternate');
});

test('with nothing new nothing is drawn but the clock', async () => {
  const shown = await show();
  const { name, feed } = await openFirst(shown);
  feed.write(...numbered(name, 0, 1000));
  await shown.pass();
  const frames = shown.stage.frames();
  await shown.pass(900);
  expect(shown.stage.frames() - frames).toBeLessThanOrEqual(1);
});
