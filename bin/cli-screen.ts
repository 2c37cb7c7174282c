import type { Command } from 'commander';
import type { Invocation } from './cli.ts';
import { cells, seconds, WAIT_SECONDS } from './cli-values.ts';

/** Options of the screen, which is what opens without a command. */
export function addScreenOptions(program: Command): void {
  program
    .optionsGroup('Options of the screen:')
    .option('--screen-reader', 'the screen in lines for a screen reader, without frames', false)
    .option('--once', 'print one frame of the overview as plain text, and end', false)
    .option('--wait <seconds>', 'with --once: wait for the first answers (default: 10)', seconds)
    .option('--rates', 'with --once: within that, wait for a second answer where a rate needs two')
    .option(
      '--columns <cells>',
      'with --once: its width; by default the terminal’s, else 80',
      cells,
    )
    .option('--rows <cells>', 'with --once: its height; by default the terminal’s, else 24', cells);
}

interface ScreenOptions {
  readonly once: boolean;
  readonly screenReader: boolean;
  readonly json: boolean;
  readonly wait?: number;
  readonly rates?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** What is meant without a command: the screen, or one frame of it. */
export function screenOf(o: ScreenOptions, self: Command): Invocation {
  const { once, screenReader, json, wait, rates, columns, rows } = o;
  if (json) self.error('error: the screen is no JSON; see opsconsole status --json');
  if (once && screenReader) {
    self.error('error: --once prints a frame; in plain lines there is opsconsole status');
  }
  if (!once) {
    const stray = [wait, rates, columns, rows].some((value) => value !== undefined);
    if (stray) self.error('error: --wait, --rates, --columns and --rows here belong to --once');
    return { command: 'console', screenReader };
  }
  const waitMs = (wait ?? WAIT_SECONDS) * 1000;
  return {
    command: 'once',
    waitMs,
    rates: rates === true,
    columns: columns ?? null,
    rows: rows ?? null,
  };
}

/** Options of the screen mean nothing before a command; they would be taken for the command's. */
const screenOnly = ['once', 'screenReader', 'wait', 'rates', 'columns', 'rows'];

export function refuseScreenOptions(program: Command): void {
  const stray = screenOnly.find((name) => program.getOptionValueSource(name) === 'cli');
  if (stray === undefined) return;
  const flag = program.options.find((option) => option.attributeName() === stray)?.long ?? stray;
  program.error(`error: ${flag} stands before a command; write it behind, or leave it out`);
}
