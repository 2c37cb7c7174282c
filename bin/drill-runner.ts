import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type ExitCode, exitCodes } from '../src/commands/exit-codes.ts';
import { runnerCommand } from '../src/commands/runner.ts';
import { compose } from '../src/composition/compose.ts';
import {
  type Surroundings,
  sameArguments,
  stateDirectory,
} from '../src/composition/surroundings.ts';
import { type FastTime, fastClock } from '../src/domain/clock.ts';
import { openLog } from '../src/log/log.ts';
import type { CommonOptions } from './cli.ts';

/** The time of a drill as an argument of the process that it starts. */
const wordOf = ({ begun, factor }: FastTime): string => `${begun},${factor}`;

function timeOf(word: string): FastTime {
  const [begun = 0, factor = 1] = word.split(',').map(Number);
  return { begun, factor };
}

/** A process that stands by to run changes. */
export interface StandBy {
  /** Has it run an intent. */
  run(intent: string): void;
  close(): Promise<void>;
}

/**
 * Starts the process that runs the changes of a drill. It stands by: what a start costs would count many
 * times over by a clock that goes so much faster.
 */
export function startStandBy(entry: string, options: CommonOptions, time: FastTime): StandBy {
  const args = [entry, 'drill-runner', '--time', wordOf(time), ...sameArguments(options)];
  const child: ChildProcess = spawn(process.execPath, args, {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', () => undefined);
  child.stdin?.on('error', () => undefined);
  return {
    run: (intent) => void child.stdin?.write(`${intent}\n`),
    async close() {
      child.stdin?.end();
      if (child.exitCode === null && child.pid !== undefined) await once(child, 'exit');
    },
  };
}

/** Runs each intent that is named on the input, in a program composed for it, as any runner does. */
export async function standBy(
  machine: Surroundings,
  options: CommonOptions,
  time: string,
): Promise<ExitCode> {
  const inTime = { ...machine, clock: fastClock(timeOf(time)) };
  const log = openLog(stateDirectory(inTime, options));
  // One is always composed before it is needed; it connects to nothing until then.
  let next = await compose(inTime, options, log);
  for await (const intent of createInterface({ input: process.stdin })) {
    await runnerCommand(next, intent);
    await next.close();
    next = await compose(inTime, options, log);
  }
  await next.close();
  return exitCodes.done;
}
