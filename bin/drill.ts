import { availableParallelism } from 'node:os';
import {
  chosenDrills,
  drillListCommand,
  drillRunCommand,
  drillsOf,
} from '../src/commands/drill.ts';
import { NOTHING } from '../src/commands/drill-perform.ts';
import { type DrillResult, drillResult } from '../src/commands/drill-result.ts';
import { type ExitCode, exitCodes } from '../src/commands/exit-codes.ts';
import type { Output } from '../src/commands/output.ts';
import { composeLibrary } from '../src/composition/compose.ts';
import type { Surroundings } from '../src/composition/surroundings.ts';
import { asOperatorError } from '../src/domain/operator-error.ts';
import { trialsOf } from '../src/drills/trials.ts';
import type { CommonOptions } from './cli.ts';
import type { DrillInvocation } from './cli-drills.ts';
import { startWorker } from './drill-parties.ts';
import { historyFile } from './drill-places.ts';

type Worker = ReturnType<typeof startWorker>;

/** Aborted when somebody interrupts. */
function interruption(): AbortSignal {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Error('interrupted'));
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, interrupt);
  return interrupted.signal;
}

/** `drill list`, `drill history` and `drill run`. */
export async function drillCommand(
  machine: Surroundings,
  options: CommonOptions,
  output: Output,
  invocation: Exclude<DrillInvocation, { readonly command: 'drill-runner' | 'drill-worker' }>,
): Promise<ExitCode> {
  if (invocation.command === 'drill history') {
    const { drillHistoryCommand } = await import('../src/commands/drill-history.ts');
    return drillHistoryCommand(output, historyFile(machine, options));
  }
  const { packs } = composeLibrary(machine, options);
  const loaded = drillsOf(packs, options.system, output);
  if (invocation.command === 'drill list') return drillListCommand(output, loaded);
  if (!invocation.auto) {
    const { drillInConsole } = await import('./drill-screen.ts');
    return drillInConsole(machine, options, output, { packs, drills: loaded.drills }, invocation);
  }
  const drills = chosenDrills(loaded.drills, invocation, machine.random, output);
  if (drills === null) return exitCodes.usage;
  const { factor, seed, thorough } = invocation;
  const tries = drills.flatMap((drill) =>
    trialsOf(drill, loaded.drills, thorough).map((trial) => ({ drill, trial })),
  );
  const signal = interruption();
  const many = Math.min(invocation.jobs ?? availableParallelism(), tries.length);
  const workers = new Set<Worker>();
  const free: Worker[] = [];
  const interrupted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    const perform = async ({ drill, trial }: (typeof tries)[number]) => {
      const worker = free.pop() ?? startWorker(machine, options);
      workers.add(worker);
      try {
        return (await worker.ask({ id: drill.id, trial, seed, factor })) as DrillResult;
      } catch (thrown) {
        signal.throwIfAborted();
        const { message: why } = asOperatorError(thrown);
        return drillResult(drill, trial, { ...NOTHING, why }, '');
      } finally {
        // In the place of one that ended another is started.
        if (worker.lives) free.push(worker);
      }
    };
    return await Promise.race([drillRunCommand(output, tries, many, perform), interrupted]);
  } catch (thrown) {
    if (signal.aborted) return exitCodes.interrupted;
    throw thrown;
  } finally {
    await Promise.all([...workers].map((worker) => worker.close()));
  }
}
