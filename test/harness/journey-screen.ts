import type { Terminal } from './terminal.ts';

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
