import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  chosenDrills,
  drillListCommand,
  drillRunCommand,
  drillsOf,
} from '../src/commands/drill.ts';
import { performDrill } from '../src/commands/drill-perform.ts';
import { type DrillResult, drillResult } from '../src/commands/drill-result.ts';
import { type ExitCode, exitCodes } from '../src/commands/exit-codes.ts';
import type { Output } from '../src/commands/output.ts';
import { compose, composeLibrary } from '../src/composition/compose.ts';
import {
  type Surroundings,
  sameArguments,
  stateDirectory,
} from '../src/composition/surroundings.ts';
import { type FastTime, fastClock } from '../src/domain/clock.ts';
import { OperatorError } from '../src/domain/operator-error.ts';
import type { Drill } from '../src/drills/drill.ts';
import { type Trial, trialsOf, trialWord } from '../src/drills/trials.ts';
import { openLog } from '../src/log/log.ts';
import type { CommonOptions } from './cli.ts';
import type { DrillInvocation } from './cli-drills.ts';
import { type StandBy, startStandBy } from './drill-runner.ts';
import { shutIn, startSimulated, writeRegion } from './simulated.ts';

type DrillRun = Extract<DrillInvocation, { readonly command: 'drill run' }>;

/** How drills are performed. */
interface DrillTime {
  /** How many times as fast as the machine's the region's time goes. */
  readonly factor: number;
  readonly seed: number;
}

const REGION = 'drill';

/** This machine with another clock, and one process that runs all changes. */
function inTime(
  machine: Surroundings,
  time: FastTime,
  folder: string,
  runner: StandBy,
): Surroundings {
  return {
    ...machine,
    clock: fastClock(time),
    hostFolder: join(folder, 'etc'),
    // `runner --intent ID …`
    spawnDetached: ([, , intent = '']) => runner.run(intent),
  };
}

/** Keeps the journal of the last performance of each drill. */
export async function journalFolder(
  machine: Surroundings,
  options: CommonOptions,
  { id }: Drill,
  trial: Trial,
) {
  const own = trial.kind === 'follow' ? id : `${id} ${trialWord(trial)}`;
  const name = own.replaceAll(/[/ ]/g, '-');
  const folder = join(stateDirectory(machine, options), 'drills', name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Performs one drill in a region that is made for it and taken away afterwards. */
async function drillOnce(
  machine: Surroundings,
  options: CommonOptions,
  drill: Drill,
  trial: Trial,
  { factor, seed }: DrillTime,
  signal: AbortSignal,
): Promise<DrillResult> {
  const state = await journalFolder(machine, options, drill, trial);
  const cache = join(stateDirectory(machine, options), 'tables');
  const folder = await mkdtemp(join(tmpdir(), 'opsconsole-drill-'));
  const [system = ''] = drill.id.split('/');
  const time = { begun: Date.now(), factor };
  const more = ['--begun', String(time.begun), '--factor', String(factor), '--cache', cache];
  const simulated = await startSimulated(machine, { folder, system, seed, more, until: 'ready' });
  const leave = shutIn(folder);
  try {
    const config = await writeRegion(folder, REGION);
    const own = { config, state, region: REGION, system, project: system, readOnly: false };
    const all = { ...options, ...own };
    const runner = startStandBy(join(machine.packageRoot, 'dist', 'main.js'), all, time);
    const log = openLog(state);
    const program = await compose(inTime(machine, time, folder, runner), all, log);
    try {
      const { breaks } = simulated;
      const how = { newId: machine.newId, signal };
      const came = await performDrill(program, drill, trial, breaks, how);
      return drillResult(drill, trial, came, join(state, 'journal.db'));
    } finally {
      await program.close();
      await runner.close();
    }
  } finally {
    leave();
    await simulated.close();
  }
}

/** Aborted when somebody interrupts. */
function interruption(): AbortSignal {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Error('interrupted'));
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, interrupt);
  return interrupted.signal;
}

/**
 * Performs a drill in a process of its own: the environment of one leads to one region.
 * @throws OperatorError when it ends without having told anything
 */
async function inChild(
  machine: Surroundings,
  options: CommonOptions,
  { id }: Drill,
  { factor, seed, thorough }: Pick<DrillRun, 'factor' | 'seed' | 'thorough'>,
  signal: AbortSignal,
): Promise<readonly DrillResult[]> {
  const entry = join(machine.packageRoot, 'dist', 'main.js');
  const how = ['--auto', '--json', '--factor', String(factor), '--seed', String(seed)];
  const more = [...(thorough ? ['--thorough'] : []), ...sameArguments(options)];
  const child = spawn(process.execPath, [entry, 'drill', 'run', id, ...how, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = () => void child.kill('SIGTERM');
  signal.addEventListener('abort', end, { once: true });
  const results: DrillResult[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    results.push(JSON.parse(line) as DrillResult);
  }
  signal.removeEventListener('abort', end);
  signal.throwIfAborted();
  if (results.length > 0) return results;
  throw new OperatorError('failed', `${id} ended without having told what came of it`);
}

/** Where it is kept how drills in the console went. */
export function historyFile(machine: Surroundings, options: CommonOptions): string {
  return join(stateDirectory(machine, options), 'drills', 'history.jsonl');
}

/** `drill list`, `drill history` and `drill run`. */
export async function drillCommand(
  machine: Surroundings,
  options: CommonOptions,
  output: Output,
  invocation: Exclude<DrillInvocation, { readonly command: 'drill-runner' }>,
): Promise<ExitCode> {
  const { packs } = composeLibrary(machine, options);
  const loaded = drillsOf(packs, options.system, output);
  if (invocation.command === 'drill list') return drillListCommand(output, loaded);
  if (invocation.command === 'drill history') {
    const { drillHistoryCommand } = await import('../src/commands/drill-history.ts');
    return drillHistoryCommand(output, historyFile(machine, options));
  }
  if (!invocation.auto) {
    const { drillInConsole } = await import('./drill-screen.ts');
    return drillInConsole(machine, options, output, loaded.drills, invocation);
  }
  const drills = chosenDrills(loaded, invocation.ids, invocation.all, output);
  if (drills === null) return exitCodes.usage;
  const signal = interruption();
  try {
    const here = async (drill: Drill) => {
      const results: DrillResult[] = [];
      for (const trial of trialsOf(drill, loaded.drills, invocation.thorough)) {
        results.push(await drillOnce(machine, options, drill, trial, invocation, signal));
      }
      return results;
    };
    const apart = (drill: Drill) => inChild(machine, options, drill, invocation, signal);
    const { jobs } = invocation;
    const alone = drills.length === 1 || jobs === 1;
    return await drillRunCommand(output, drills, alone ? 1 : jobs, alone ? here : apart);
  } catch (thrown) {
    if (signal.aborted) return exitCodes.interrupted;
    throw thrown;
  }
}
