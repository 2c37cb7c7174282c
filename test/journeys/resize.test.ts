import { afterEach, expect, test } from 'vitest';
import { openDesk } from '../harness/journey.ts';
import { alive, atRestart, dialogOpen, goOn } from '../harness/journey-screen.ts';
import { healthy } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';
import type { Terminal } from '../harness/terminal.ts';

const sizes = [
  [120, 40],
  [60, 15],
  [80, 24],
  [200, 50],
  [41, 11],
  [80, 24],
] as const;

const NARROWER = sizes.filter(([cols], index) => cols < (sizes[index - 1]?.[0] ?? 80)).length;

/** The screen without what the seconds change. */
function still(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.replaceAll(/\d[\dhms:]*(Z|s| of|m\b)? */g, '# '));
}

/** Whether every line of the terminal was drawn for its own row, and the first and last are the frame. */
function exact(terminal: Terminal, cols: number, rows: number): boolean {
  const { active } = terminal.screen.xterm.buffer;
  const lines = terminal.lines();
  const wrapped = lines.some((_, row) => active.getLine(active.baseY + row)?.isWrapped === true);
  const [first = '', last = ''] = [lines[0], lines.at(-1)];
  const framed = /\d\dZ +\S/.test(first) && last.trim() !== '';
  return lines.length === rows && !wrapped && framed && [...first].length === cols;
}

/** Takes the terminal through all sizes and back; each is drawn exactly before the next comes. */
async function throughAllSizes(terminal: Terminal): Promise<void> {
  const before = still(terminal.lines());
  const { clears } = terminal.counters();
  for (const [cols, rows] of sizes) {
    terminal.resize(cols, rows);
    await terminal.until(() => exact(terminal, cols, rows));
  }
  await terminal.until((lines) => JSON.stringify(still(lines)) === JSON.stringify(before));
  // Only a narrower terminal is cleared: it may have broken the old lines anew.
  expect(terminal.counters().clears - clears).toBeLessThanOrEqual(NARROWER);
}

describeOnStack('the terminal changes its size', (stack) => {
  afterEach(() => healthy(stack()));

  test('in the overview, the help, the wizard and the dialog: each screen is exact', async () => {
    const desk = openDesk(stack());
    const terminal = await desk.open();
    await alive(terminal);
    await stack().faults.killRedis();
    await terminal.until(/➜ Redis down, or its breaker open: restart-redis/);
    await terminal.press('z');
    await terminal.until('FROZEN');
    await throughAllSizes(terminal);
    await terminal.press('?');
    await terminal.until('Keys');
    await throughAllSizes(terminal);
    await terminal.press('Esc', 'z');
    await atRestart(terminal);
    await terminal.until(/breaker redis OPEN/);
    await throughAllSizes(terminal);
    await dialogOpen(terminal);
    await throughAllSizes(terminal);
    await terminal.press('Esc');
    await terminal.until(/⏎ restart redis…/);
    const { clears, scrolledLines } = terminal.counters();
    await goOn(terminal, 3, []);
    expect(terminal.counters()).toMatchObject({ clears, scrolledLines });
  });
});
