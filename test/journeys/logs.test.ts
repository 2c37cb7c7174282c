import { afterEach, expect, test } from 'vitest';
import { openDesk } from '../harness/journey.ts';
import { alive, bothSizes, gone } from '../harness/journey-screen.ts';
import { healthy } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';
import type { Terminal } from '../harness/terminal.ts';

/** Opens the logs of the containers that the filter finds. */
async function openLogs(terminal: Terminal, filter: string, ...marks: string[]): Promise<void> {
  await terminal.press('1', '/');
  await terminal.type(filter);
  await terminal.press('Enter', 'g', ...marks, 'l');
  await terminal.until(/LOGS/);
}

const SEARCH = 'Connecting to \\w+';

/** The place in the search that the status line tells, of how many (`2 of 3`), once it is as wanted. */
async function foundAt(terminal: Terminal, wanted: (place: number) => boolean = () => true) {
  const read = (lines: readonly string[]) => {
    const line = lines.find((text) => text.includes(`/${SEARCH} `)) ?? '';
    const [, place, total] = / (\d+) of (\d+)/.exec(line) ?? [];
    return { place: Number(place), total: Number(total) };
  };
  await terminal.until((lines) => wanted(read(lines).place));
  return read(terminal.lines());
}

/** Looks for lines, forth and back, and forgets them. Meanwhile the container may write more of them. */
async function seek(terminal: Terminal): Promise<void> {
  await terminal.press('/');
  await terminal.type(SEARCH);
  await terminal.press('Enter');
  const { place, total } = await foundAt(terminal, Number.isFinite);
  expect(total).toBeGreaterThan(1);
  await terminal.until(/Connecting to (?:Redis|database)/);
  await terminal.press('n');
  await foundAt(terminal, (now) => now === place + 1 || (now === 1 && place > 1));
  await terminal.press('N');
  await foundAt(terminal, (now) => now === place);
  await terminal.press('Esc');
  await gone(terminal, '/Connecting');
}

/** Leaves lines out by a pattern, then by their level, which is taken back. */
async function narrow(terminal: Terminal): Promise<void> {
  await terminal.press('&');
  await terminal.type('!cache hit|completed');
  await terminal.press('Enter');
  await terminal.until(/&!cache hit\|completed/);
  await terminal.press('g');
  await terminal.until(/Starting Falcon ML Inference Platform/);
  await terminal.press('L', 'L');
  await terminal.until(/warn and worse/);
  await gone(terminal, /Starting Falcon/);
  await terminal.press('L', 'L');
  await gone(terminal, /and worse/);
}

describeOnStack('the logs of containers', (stack) => {
  afterEach(() => healthy(stack()));

  test('search, level, filter, the run before, and the way back', async () => {
    // A container of its own: what others made it write would push its beginning out of sight.
    await stack().faults.recreateWorker(2);
    await stack().docker(['restart', 'falcon-worker-2']);
    const desk = openDesk(stack());
    for (const terminal of await bothSizes(desk)) {
      await alive(terminal);
      await openLogs(terminal, 'falcon-worker-2 ');
      await terminal.until(/LOGS +falcon-worker-2 .*● following/);
      await seek(terminal);
      await narrow(terminal);
      await terminal.press('p');
      await terminal.until(/the run before the last start/);
      await terminal.until(/○ ended/);
      await terminal.press('g');
      await terminal.until(/Starting Falcon ML Inference Platform/);
      await terminal.press('p');
      await gone(terminal, /the run before/);
      await terminal.press('Esc', 'Esc');
      await terminal.until(/^ 1 CONTAINERS/m);
    }
  });

  test('of several containers, merged by their times; paused, none is lost', async () => {
    const desk = openDesk(stack());
    const terminal = await desk.open({ cols: 120, rows: 40 });
    await alive(terminal);
    await openLogs(terminal, 'nginx|worker-[13]', ' ', 'j', ' ', 'j', ' ');
    await terminal.until(/LOGS +.*falcon-nginx/);
    await terminal.until(/● following/);
    for (const name of ['falcon-nginx', 'falcon-worker-1', 'falcon-worker-3']) {
      await terminal.until(new RegExp(`\\d\\d:\\d\\d:\\d\\d\\.\\d+ ${name} `));
    }
    await terminal.press(' ');
    await terminal.until(/○ paused/);
    await terminal.until((lines) => {
      const times = lines.flatMap((line) => /^[ ▸] (\d\d:\d\d:\d\d\.\d+) /.exec(line)?.[1] ?? []);
      return times.length > 10 && times.join() === times.toSorted().join();
    });
    const shown = () => terminal.lines().slice(3, -1);
    const then = shown();
    await terminal.until(/○ paused, [1-9]\d* lines? waiting/);
    expect(shown()).toEqual(then);
    await terminal.press(' ');
    await terminal.until(/● following/);
  });
});
