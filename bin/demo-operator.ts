import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { drillOperator } from '../src/commands/drill-operator.ts';
import { driveRun } from '../src/commands/drive-run.ts';
import { type ExitCode, exitCodes } from '../src/commands/exit-codes.ts';
import type { Output } from '../src/commands/output.ts';
import { compose } from '../src/composition/compose.ts';
import { openRun } from '../src/composition/opener.ts';
import {
  type Surroundings,
  sameArguments,
  stateDirectory,
} from '../src/composition/surroundings.ts';
import type { Drill } from '../src/drills/drill.ts';
import { loadDrills } from '../src/drills/load.ts';
import { openLog } from '../src/log/log.ts';
import type { CommonOptions } from './cli.ts';
import { breaksIn } from './simulated.ts';

/** Who mends in a demo what nobody else does, as its journal tells. */
const OPERATOR = 'demo';
/** How long the sources have for their first answers. */
const ANSWERS_WITHIN_MS = 10_000;

/** Lets a process of its own mend what broke: the console follows it as it follows any other operator. */
export async function mendApart(
  { packageRoot }: Surroundings,
  options: CommonOptions,
  { id }: Drill,
  signal: AbortSignal,
): Promise<void> {
  const entry = join(packageRoot, 'dist', 'main.js');
  const args = [entry, 'demo-operator', '--drill', id, ...sameArguments(options)];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: 'ignore' });
  const end = () => void child.kill('SIGTERM');
  signal.addEventListener('abort', end, { once: true });
  try {
    await once(child, 'exit');
  } finally {
    signal.removeEventListener('abort', end);
  }
  signal.throwIfAborted();
}

/** Follows the runbook of a drill to its end, with the drill's script; what cannot be ended is stopped. */
export async function demoOperator(
  machine: Surroundings,
  options: CommonOptions,
  output: Output,
  id: string,
): Promise<ExitCode> {
  const named = { ...machine, env: { ...machine.env, SUDO_USER: OPERATOR } };
  const program = await compose(named, options, openLog(stateDirectory(machine, options)));
  try {
    const drill = loadDrills(program.packs).drills.find((one) => one.id === id);
    if (drill === undefined) return exitCodes.usage;
    await program.look('all', ANSWERS_WITHIN_MS);
    const controller = openRun(program, machine.newId, drill.runbook);
    if ('refused' in controller) {
      output.note(controller.refused);
      return exitCodes.refused;
    }
    const { signal } = new AbortController();
    const breaks = breaksIn(dirname(options.config ?? ''));
    const ending = await driveRun(controller, drillOperator(controller, drill, breaks), signal);
    const done = ending.kind === 'finished';
    if (!done && controller.follower() === null) await controller.stop('stopped');
    controller.close();
    return done ? exitCodes.done : exitCodes.refused;
  } finally {
    await program.close();
  }
}
