import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../src/commands/exit-codes.ts';
import type { Surroundings } from '../src/composition/surroundings.ts';
import type { CommonOptions } from './cli.ts';
import { shutIn, startSimulated, writeRegion } from './simulated.ts';

/** How the demo is wanted. */
export interface DemoOptions {
  readonly system: string;
  readonly seed: number;
  readonly screenReader: boolean;
}

/** What breaks, and when: late enough to see that all was well. */
const FAULT = { id: 'redis-killed', afterSeconds: 25 } as const;

const TIP = {
  calm: 'A simulated region: nothing is real. Something breaks within a minute.',
  alarmed: 'Something broke. r opens the runbook that fits it; ? lists all keys.',
} as const;

/**
 * Opens the console on a region that lives in a folder of its own, and takes both away afterwards. Should this
 * process be killed, the simulator does it.
 */
export async function openDemo(
  machine: Surroundings,
  options: CommonOptions,
  { screenReader, seed, system }: DemoOptions,
): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    process.stderr.write('opsconsole: the demo needs a terminal\n');
    return exitCodes.usage;
  }
  const folder = await mkdtemp(join(tmpdir(), 'opsconsole-demo-'));
  const more = ['--fault', FAULT.id, '--fault-after', String(FAULT.afterSeconds)];
  const wanted = { folder, system, seed, more, until: 'listening' } as const;
  const simulated = await startSimulated(machine, wanted);
  try {
    shutIn(folder);
    const config = await writeRegion(folder, 'demo');
    const { openConsole } = await import('./console.ts');
    const own = { config, state: join(folder, 'state'), region: 'demo', packs: options.packs };
    // No region of this host stands beside the simulated one.
    const alone = { ...machine, hostFolder: join(folder, 'etc') };
    const how = { screenReader, tip: TIP, fleeting: true };
    return await openConsole(alone, { ...options, ...own, system: null, project: null }, how);
  } finally {
    await simulated.close();
  }
}
