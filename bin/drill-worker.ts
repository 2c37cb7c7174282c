import { join } from 'node:path';
import { performDrill } from '../src/commands/drill-perform.ts';
import { type DrillResult, drillResult } from '../src/commands/drill-result.ts';
import { type ExitCode, exitCodes } from '../src/commands/exit-codes.ts';
import { compose, composeLibrary, type Library } from '../src/composition/compose.ts';
import { type Surroundings, stateDirectory } from '../src/composition/surroundings.ts';
import type { Clock } from '../src/domain/clock.ts';
import type { Follower, Work } from '../src/drills/conductor.ts';
import type { Drill } from '../src/drills/drill.ts';
import { loadDrills } from '../src/drills/load.ts';
import type { Trial } from '../src/drills/trials.ts';
import { openLog } from '../src/log/log.ts';
import type { CommonOptions } from './cli.ts';
import { startRegions, startRunner } from './drill-parties.ts';
import { journalFolder } from './drill-places.ts';
import type { RunnerAsked, RunnerMoved } from './drill-runner.ts';
import { beginTime, type DrillTime } from './drill-time.ts';
import { type MachineWork, watchMachineWork } from './machine-time.ts';
import { shutIn, simulatedFolder, writeRegions } from './simulated.ts';
import type { RegionAsked } from './simulator-regions.ts';
import { serve, type Talk } from './talk.ts';

/** What is asked of a process that performs drills; answered with what came of it. */
export interface DrillAsked {
  readonly id: string;
  readonly trial: Trial;
  readonly seed: number;
  /** How many times as fast as the machine's its time goes while something is waited for. */
  readonly factor: number;
}

/** How far the region's time stays behind at most: it answers as of so long ago. */
const REGION_BEHIND_MS = 200;

const REGION = 'drill';

/** What this process has from one drill to the next. */
interface Stage {
  readonly machine: Surroundings;
  readonly options: CommonOptions;
  readonly library: Library;
  readonly drills: readonly Drill[];
  readonly regions: Talk<RegionAsked>;
  readonly runner: Talk<RunnerAsked>;
  readonly work: () => MachineWork;
  /** Whoever asked is gone. */
  readonly ending: AbortSignal;
}

/** A drill on its stage. */
interface Scene {
  readonly drill: Drill;
  readonly trial: Trial;
  /** The region's, and that of the journal. */
  readonly folder: string;
  readonly state: string;
  readonly time: DrillTime;
  readonly intents: Intents;
}

/** Who runs the intents of a drill; its time goes on while it does, and only then. */
interface Intents extends Follower {
  run(intent: string, clock: Clock): void;
  leave(): Promise<void>;
}

function intentsOf(runner: Talk<RunnerAsked>): Intents {
  let running = false;
  return {
    behindMs: 0,
    run(intent, clock) {
      running = true;
      // The journal tells what came of it.
      runner.ask({ kind: 'run', intent, moment: clock.now() }).catch(() => undefined);
    },
    async leave() {
      running = true;
      await runner.ask({ kind: 'leave' });
    },
    async moveTo(moment) {
      if (!running) return null;
      const moved = (await runner.ask({ kind: 'move', moment })) as RunnerMoved;
      running = moved.underWay;
      return { ...moved, forTime: false };
    },
  };
}

function regionOf(regions: Talk<RegionAsked>, folder: string): Follower {
  return {
    behindMs: REGION_BEHIND_MS,
    async moveTo(moment) {
      return (await regions.ask({ kind: 'move', folder, moment })) as Work;
    },
  };
}

/** Performs a drill in the region that stands in its folder. */
async function play(stage: Stage, scene: Scene): Promise<DrillResult> {
  const { ending, library, machine, options, regions, runner } = stage;
  const { drill, folder, intents, state, time, trial } = scene;
  const { clock } = time;
  const [system = ''] = drill.id.split('/');
  const { file: config, region } = await writeRegions(folder, REGION);
  const own = { config, state, region, system, project: system, readOnly: false };
  const all = { ...options, ...own };
  const idle = trial.kind === 'not-done';
  await runner.ask({ kind: 'prepare', folder, state, options: all, moment: clock.now(), idle });
  const inTime: Surroundings = {
    ...machine,
    clock,
    hostFolder: join(folder, 'etc'),
    // `runner --intent ID …`
    spawnDetached: ([, , intent = '']) => intents.run(intent, clock),
  };
  const program = await compose(inTime, all, openLog(state), { packs: library });
  try {
    const breaks = async (id: string) => {
      await time.during(regions.ask({ kind: 'fault', folder, id }));
    };
    const signal = AbortSignal.any([time.stopped, ending]);
    const how = { newId: machine.newId, signal };
    const came = await performDrill(program, drill, trial, breaks, how);
    return drillResult(drill, trial, came, join(state, 'journal.db'));
  } finally {
    await program.close();
    await intents.leave();
  }
}

async function perform(stage: Stage, asked: DrillAsked): Promise<DrillResult> {
  const { machine, options, regions, runner, work } = stage;
  const { factor, id, seed, trial } = asked;
  const drill = stage.drills.find((one) => one.id === id);
  if (drill === undefined) throw new Error(`there is no drill ${id}`);
  const state = await journalFolder(machine, options, drill, trial);
  const cache = join(stateDirectory(machine, options), 'tables');
  const folder = await simulatedFolder('drill');
  const [system = ''] = id.split('/');
  const moment = Date.now();
  await regions.ask({ kind: 'open', folder, system, seed, moment, cache });
  const leave = shutIn(folder);
  const intents = intentsOf(runner);
  const time = beginTime(moment, factor, work, [regionOf(regions, folder), intents]);
  try {
    return await play(stage, { drill, trial, folder, state, time, intents });
  } finally {
    await time.end();
    leave();
    await regions.ask({ kind: 'close', folder });
  }
}

/** Performs drills as it is asked to, one after the other. Ends with whoever started it. */
export async function performDrills(
  machine: Surroundings,
  options: CommonOptions,
): Promise<ExitCode> {
  const regions = startRegions(machine);
  const runner = startRunner(machine, options);
  const library = composeLibrary(machine, options);
  const { drills } = loadDrills(library.packs);
  const work = watchMachineWork();
  const ending = new AbortController();
  const { signal } = ending;
  const stage = { machine, options, library, drills, regions, runner, work, ending: signal };
  let last: Promise<unknown> = Promise.resolve();
  await serve<DrillAsked>((asked) => {
    const performed = perform(stage, asked);
    last = performed.catch(() => undefined);
    return performed;
  });
  ending.abort(new Error('nobody waits for it any more'));
  await last;
  await Promise.all([regions.close(), runner.close()]);
  return exitCodes.done;
}
