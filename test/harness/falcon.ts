import type { Stack } from '../stack/stack.ts';
import { falconDurations } from './incident.ts';
import { type Desk, openDesk } from './journey.ts';
import { alive } from './journey-screen.ts';
import type { Terminal } from './terminal.ts';

export const SMALL = { cols: 80, rows: 24 } as const;
export const LARGE = { cols: 120, rows: 40 } as const;

/** A console on the overview of a region in which nothing is wrong. */
export async function atRest(
  stack: Stack,
  size: typeof SMALL | typeof LARGE,
  durations: Readonly<{ [name: string]: string }> = {},
): Promise<{ readonly desk: Desk; readonly terminal: Terminal }> {
  const desk = openDesk(stack, { durations: { ...falconDurations, ...durations } });
  const terminal = await desk.open(size);
  await alive(terminal);
  await terminal.until('no alert', { withinMs: 30_000 });
  return { desk, terminal };
}
