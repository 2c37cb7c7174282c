import { expect } from 'vitest';
import { matches } from './expected.ts';
import type { Desk } from './journey.ts';
import type { Terminal } from './terminal.ts';

/** The console on a narrow and on a wide screen, side by side: they see the same thing happen. */
export function bothSizes(desk: Pick<Desk, 'open'>): Promise<readonly Terminal[]> {
  const sizes = [
    { cols: 80, rows: 24 },
    { cols: 120, rows: 40 },
  ];
  return Promise.all(sizes.map((size) => desk.open(size)));
}

/** Waits until the overview recommends restarting Redis. */
export async function recommended(terminal: Terminal): Promise<void> {
  await terminal.until(/➜ Redis down, or its breaker open: restart-redis/, { withinMs: 30_000 });
}

/** Opens the recommended runbook and waits until its leaf shows what it would touch. */
export async function atRestart(terminal: Terminal): Promise<void> {
  await recommended(terminal);
  await terminal.press('r');
  await terminal.until(/touches +falcon-redis +[0-9a-f]{12}/, { withinMs: 30_000 });
}

/** Opens the dialog of the leaf, and waits until it takes keys. */
export async function dialogOpen(terminal: Terminal): Promise<void> {
  await terminal.press('Enter');
  await terminal.until(/y +Restart Redis +Esc/, { withinMs: 20_000 });
}

/** Waits for the end that everybody wants. */
export async function resolved(terminal: Terminal): Promise<void> {
  await terminal.until(/✔ Resolved, verified/, { withinMs: 90_000 });
}

/** Seconds of the day on the screen's own clock; it stands still when the screen does. */
function clockSeconds(lines: readonly string[]): number {
  const [, hours, minutes, seconds] = /(\d\d):(\d\d):(\d\d)Z/.exec(lines[0] ?? '') ?? [];
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** Whether the title line of a panel ends in this status. */
function panelIs(lines: readonly string[], panel: string, status: RegExp): boolean {
  const title = new RegExp(`\\d ${panel} [^─]*─+ ([^─]*?)(?:   |$)`);
  return lines.some((line) => status.test(title.exec(line)?.[1] ?? ''));
}

/** Waits until the title line of a panel ends in this status. */
export function panelBecomes(terminal: Terminal, panel: string, status: RegExp): Promise<void> {
  return terminal.until((lines) => panelIs(lines, panel, status), { withinMs: 30_000 });
}

/** Waits until seconds have passed on the screen in which these panels were never older than live. */
export async function goOn(
  terminal: Terminal,
  seconds: number,
  panels: readonly string[],
): Promise<void> {
  let since: number | null = null;
  const live = (lines: readonly string[]) => panels.every((name) => panelIs(lines, name, /live/));
  await terminal.until(
    (lines) => {
      const now = clockSeconds(lines);
      if (!live(lines)) since = null;
      else since ??= now;
      return since !== null && now - since >= seconds;
    },
    { withinMs: 30_000 },
  );
}

/** Waits until nothing on the screen looks so. */
export function gone(terminal: Terminal, look: string | RegExp): Promise<void> {
  return terminal.until((lines) => !matches(look, lines));
}

/** Waits until a panel says what happened, since when there was no answer, and what comes next. */
export async function failureTold(terminal: Terminal, what: RegExp): Promise<void> {
  // The words are wrapped to the panel: what stands beside it is cut away by the width of a column.
  const said = new RegExp(`✖ .*?${what.source.replaceAll(' ', '\\s+')}`, what.flags);
  await terminal.until((lines) => columnsOf(lines).some((column) => said.test(column)), {
    withinMs: 20_000,
  });
  await terminal.until(/✖ lost \S+|never answered/);
  await terminal.until(/next try (?:in \S+|now)/);
}

/** The picture as the columns of panels it has, each with its lines joined. */
function columnsOf(lines: readonly string[]): readonly string[] {
  const starts = new Set(
    lines.flatMap((line) => [...line.matchAll(/ \d [A-Z]{4,} /g)].map((m) => m.index)),
  );
  const ordered = [0, ...[...starts].sort((a, b) => a - b)];
  return ordered.flatMap((from) =>
    [...ordered.filter((to) => to > from), undefined].map((to) =>
      lines.map((line) => line.slice(from, to).trim()).join(' '),
    ),
  );
}

/** Nothing was pushed off the top since the program was started; tells which bytes did it. */
export function neverScrolled(terminal: Terminal): void {
  const how = JSON.stringify(terminal.screen.scrolls(), null, 1);
  expect(terminal.counters(), how).toMatchObject({ scrolledLines: 0 });
}

/** Waits until the start is over: before, its parts are loaded between the keys. */
export function started(terminal: Terminal): Promise<void> {
  return terminal.until((lines) => !matches('◌ starting', lines), { withinMs: 30_000 });
}

/** Waits until the start is over, after which panels have their places, and every source has answered. */
export function alive(terminal: Terminal): Promise<void> {
  return terminal.until((lines) => matches('● live', lines) && !matches('◌ starting', lines), {
    withinMs: 30_000,
  });
}
