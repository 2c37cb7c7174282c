import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFailed, onTestFinished } from 'vitest';
import { svgOf } from './svg.ts';
import { openTerminal, type Terminal, type TerminalOptions } from './terminal.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
/** The line in which an operator starts it: no program begins on an empty terminal. */
export const SHELL_LINE = '$ opsconsole';
const SCREENS = join(REPOSITORY, 'build/screens');

/** How to start the console; its command is the launcher of this checkout. */
export type ConsoleOptions = Omit<TerminalOptions, 'command'>;

/**
 * Starts the console for the running test and ends it with the test. When the test fails its last screen
 * is left as `build/screens/<name of the test>.svg`.
 */
export async function openConsole(options: ConsoleOptions = {}): Promise<Terminal> {
  const terminal = await openTerminal({
    shows: `${SHELL_LINE}\n`,
    ...options,
    command: join(REPOSITORY, 'bin/opsconsole'),
  });
  onTestFinished(() => terminal.close());
  onTestFailed(({ task }) => {
    const name = `${task.name.replaceAll(/[^\w]+/g, '-').slice(0, 80)}-${terminal.pid}.svg`;
    mkdirSync(SCREENS, { recursive: true });
    writeFileSync(join(SCREENS, name), svgOf(terminal.screen));
  });
  return terminal;
}
