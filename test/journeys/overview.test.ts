import { expect, onTestFinished, test } from 'vitest';
import { clipboardOf } from '../harness/clipboard.ts';
import { openDesk } from '../harness/journey.ts';
import { alive, gone, neverScrolled, panelBecomes } from '../harness/journey-screen.ts';
import { healthy } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';
import type { Terminal } from '../harness/terminal.ts';

const PANELS = [
  'CONTAINERS',
  'METRICS',
  'BREAKERS',
  'DATABASE',
  'CACHE',
  'CHECKS',
  'HOST',
] as const;

const titlesIn = (lines: readonly string[]) =>
  lines.flatMap((line) => /^ (\d [A-Z]{4,})/.exec(line)?.[1] ?? []);

/** Names in the rows of the list that fills the screen, from the top. */
function names(terminal: Terminal): readonly string[] {
  return terminal.lines().flatMap((line) => {
    const [, name] = /^[* ][ ▸] ?[●▲✖◌○] (?:falcon-)?([\w-]+) /.exec(line) ?? [];
    return name === undefined ? [] : [name];
  });
}

const lists = (terminal: Terminal, wanted: readonly string[]) =>
  terminal.until(() => names(terminal).join() === wanted.join());

async function everythingIsThere(terminal: Terminal): Promise<void> {
  for (const panel of PANELS) await panelBecomes(terminal, panel, /^live$/);
  for (const name of ['nginx', 'postgres', 'redis', 'worker-1', 'worker-2', 'worker-3']) {
    await terminal.until(new RegExp(`● ${name} +up \\d`));
  }
  await terminal.until(/p95 +\d+ ms/);
  await terminal.until(/● redis +closed/);
  await terminal.until(/DATABASE +\d+ of 100/);
  await terminal.until(/● answers in [\d.]+ ms/);
  await terminal.until(/● \/healthz 200 [\s\S]*● \/readyz 200/);
  await terminal.until(/load +[\d.]+ of \d/);
  await terminal.until('no alert');
}

describeOnStack('the overview and its lists', (stack) => {
  const idsOf = async (...containers: readonly string[]) =>
    (await stack().docker(['inspect', '--format', '{{.Id}}', ...containers])).stdout;

  test.each([
    { cols: 80, rows: 24 },
    { cols: 120, rows: 40 },
  ])(
    'all seven panels are alive, each has its zoom, and leads back, at $cols×$rows',
    async (size) => {
      const desk = openDesk(stack());
      const terminal = await desk.open(size);
      await alive(terminal);
      await everythingIsThere(terminal);
      for (const [index, panel] of PANELS.entries()) {
        await terminal.press(String(index + 1), 'Enter');
        await terminal.until((lines) => titlesIn(lines).join() === `${index + 1} ${panel}`);
        await terminal.press('Esc');
        await terminal.until(/^ 1 CONTAINERS/m);
      }
      await everythingIsThere(terminal);
      neverScrolled(terminal);
      await terminal.press('q');
      expect(await terminal.exit).toEqual({ code: 0, signal: null });
    },
  );

  test.each([
    { cols: 80, rows: 24 },
    { cols: 120, rows: 40 },
  ])(
    'filter, order, columns, marks, copy, details and the way back, at $cols×$rows',
    async (size) => {
      const desk = openDesk(stack());
      const terminal = await desk.open(size);
      await alive(terminal);
      await terminal.press('1', 'Enter');

      await terminal.press('/');
      await terminal.type('worker-[12]');
      await lists(terminal, ['worker-1', 'worker-2']);
      await terminal.press('Enter');
      await terminal.until('/worker-[12]');
      await terminal.press('/', 'Ctrl-U');
      await terminal.type('!worker|load');
      await terminal.press('Enter');
      await lists(terminal, ['nginx', 'postgres', 'redis']);
      await terminal.press('/', 'Ctrl-U');
      await terminal.type('nobody');
      await terminal.press('Enter');
      await terminal.until('no container matches /nobody');
      await terminal.press('Esc');
      await terminal.until(() => names(terminal).length === 7);

      await terminal.press('s');
      const byName = ['load', 'nginx', 'postgres', 'redis', 'worker-1', 'worker-2', 'worker-3'];
      await lists(terminal, byName);
      await terminal.press('S');
      await lists(terminal, byName.toReversed());
      await terminal.press('C');
      await terminal.until(/Columns/i);
      await terminal.press('Esc');

      await terminal.press('g', ' ', 'j', ' ');
      await terminal.until('2 marked');
      const before = clipboardOf(terminal).length;
      await terminal.press('c');
      await terminal.until(/copied 2 containers/);
      await terminal.until(() => clipboardOf(terminal).length === before + 1);
      const copied = clipboardOf(terminal);
      expect(copied.at(-1)).toBe(await idsOf('falcon-worker-3', 'falcon-worker-2'));
      await terminal.press('M');
      await gone(terminal, 'marked');

      await terminal.press('/');
      await terminal.type('redis');
      await terminal.press('Enter', 'g', 'Enter');
      await terminal.until(/container falcon-redis +running/);
      for (const words of [/health +healthy/, /compose +falcon \/ redis/, /restarts +0/]) {
        await terminal.until(words);
      }
      await terminal.press('Esc');
      await lists(terminal, ['redis']);
      await terminal.press('Esc', 'Esc');
      await terminal.until(/^ 1 CONTAINERS .* 2 METRICS/m);
    },
  );

  test('the palette goes where it is told; a frozen screen shows no change, and then all of them', async () => {
    const desk = openDesk(stack());
    const terminal = await desk.open({ cols: 120, rows: 40 });
    await alive(terminal);
    await terminal.press(':');
    await terminal.type('pg');
    await terminal.until(/▸ pg +panel 4 database/);
    await terminal.press('Enter');
    await terminal.until((lines) => titlesIn(lines).join() === '4 DATABASE');
    await terminal.press('Esc', ':');
    await terminal.type('no such thing');
    await terminal.press('Enter');
    await gone(terminal, /at \w+ \(/);
    await terminal.press('Esc');

    await terminal.press('1', 'z');
    await terminal.until('FROZEN');
    const panels = () => terminal.lines().slice(3, -1);
    const then = panels();
    onTestFinished(() => healthy(stack()));
    await stack().faults.killRedis();
    // Each second the clock is drawn anew: facts had their time to come.
    await terminal.until(/FROZEN 00:0[5-9]/, { withinMs: 20_000 });
    expect(panels()).toEqual(then);
    await terminal.press('z');
    await terminal.until(/✖ redis +exited 137/);
    await gone(terminal, 'FROZEN');
  });
});
