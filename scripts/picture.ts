import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Expected } from '../test/harness/expected.ts';
import { svgOf } from '../test/harness/svg.ts';
import type { Terminal } from '../test/harness/terminal.ts';

export const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}docs/pictures`;

/** Longest a wait may take: the breaker's time-out, its traffic and a loaded machine. */
export const WITHIN_MS = 180_000;

/** Every picture, with what it says to those who cannot see it. */
const titles = {
  'overview-80x24': 'The overview on 80 by 24, everything well',
  'overview-120x40': 'The overview on 120 by 40, everything well',
  'containers-80x24': 'All containers on 80 by 24, one of them chosen',
  'container-120x40': 'Everything known of one container',
  'database-120x40': 'The sessions of the database, one of them blocking four others',
  'session-120x40': 'The session that blocks, with those that wait for it',
  'logs-120x40': 'The log of a worker, followed',
  'overview-incident-120x40': 'The overview with Redis dead and a runbook recommended',
  'dialog-80x24': 'The dialog that confirms the restart of Redis',
  'wizard-120x40': 'The wizard at the leaf that restarts Redis',
  'wizard-verifying-120x40': 'The wizard while it waits for the breaker to close',
  'wizard-verified-120x40': 'The wizard after the run was resolved and verified',
  'demo-80x24': 'The demo on 80 by 24, just begun',
  'regions-120x40': 'Three regions, one of them lost',
  'drill-card-80x24': 'The score card of a drill',
  'replay-120x40': 'The record of a drill, played back into the panels',
} as const;
type Name = keyof typeof titles;

/** Waits until all of it stands on the screen, and writes what the screen then shows. */
export async function take(terminal: Terminal, name: Name, ...expected: Expected[]): Promise<void> {
  for (const one of expected) await terminal.until(one, { withinMs: WITHIN_MS });
  await terminal.settled();
  const svg = svgOf(terminal.screen).replace('>', `><title>${titles[name]}</title>`);
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/${name}.svg`, svg);
  process.stdout.write(`docs/pictures/${name}.svg\n`);
}
