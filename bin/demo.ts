import { join } from 'node:path';
import { exitCodes } from '../src/commands/exit-codes.ts';
import type { Surroundings } from '../src/composition/surroundings.ts';
import type { ConsolePorts } from '../src/console/ports.ts';
import { wait } from '../src/domain/clock.ts';
import type { Drill } from '../src/drills/drill.ts';
import type { CommonOptions } from './cli.ts';
import { FIRST_TIP, runCourse } from './demo-course.ts';
import type { RegionScreen } from './region-screen.ts';
import {
  type Simulated,
  shutIn,
  simulatedFolder,
  startSimulated,
  tellOfEnd,
  writeRegions,
} from './simulated.ts';

/** How the demo is wanted. */
export interface DemoOptions {
  readonly system: string;
  readonly seed: number;
  readonly screenReader: boolean;
}

/** How often it is looked whether the runbooks are there. */
const LOOK_EVERY_MS = 1000;

const ENDED = 'The simulated region has ended: q leaves; opsconsole demo starts another.';

/** What the demo can break: what the drills of its system's runbooks break. */
async function drillsOf(ports: ConsolePorts, { seed, system }: DemoOptions, signal: AbortSignal) {
  while (ports.runbooks.length === 0) await wait(ports.clock, LOOK_EVERY_MS, signal);
  const { loadDrills } = await import('../src/drills/load.ts');
  const { courseOf, demonstrable } = await import('../src/drills/course.ts');
  const { drills } = loadDrills([{ runbooks: ports.runbooks }]);
  return courseOf(demonstrable(drills, system), seed);
}

/** Lets things break for as long as the screen stands. @returns ends it */
function attend(
  machine: Surroundings,
  options: CommonOptions,
  demo: DemoOptions,
  simulated: Simulated,
  { console, ports }: Pick<RegionScreen, 'console' | 'ports'>,
): () => void {
  const { breaks, gone, ready } = simulated;
  const untell = tellOfEnd(simulated, console);
  const leaving = new AbortController();
  const { signal } = leaving;
  const mend = async (drill: Drill) => {
    const { mendApart } = await import('./demo-operator.ts');
    await mendApart(machine, options, drill, signal);
  };
  const course = async () => {
    const drills = await drillsOf(ports, demo, signal);
    await runCourse(ports, { clock: ports.clock, drills, ready, breaks, mend }, signal);
  };
  course().catch((thrown: unknown) => {
    if (signal.aborted) return;
    const words = thrown instanceof Error ? thrown.message : String(thrown);
    const tip = `Nothing more breaks by itself: ${words}`;
    ports.board.setState({ tip: { calm: tip, alarmed: tip } });
  });
  void gone.then(() => {
    if (signal.aborted) return;
    leaving.abort();
    ports.board.setState({ tip: { calm: ENDED, alarmed: ENDED } });
  });
  return () => {
    leaving.abort();
    untell();
  };
}

/**
 * Opens the console on a region that lives in a folder of its own, and takes both away afterwards. Should this
 * process be killed, the simulator does it.
 */
export async function openDemo(
  machine: Surroundings,
  options: CommonOptions,
  demo: DemoOptions,
): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    process.stderr.write('opsconsole: the demo needs a terminal\n');
    return exitCodes.usage;
  }
  const { screenReader, seed, system } = demo;
  const folder = await simulatedFolder('demo');
  const wanted = { folder, system, seed, until: 'listening' } as const;
  const simulated = await startSimulated(machine, wanted);
  try {
    shutIn(folder);
    const { file: config, region } = await writeRegions(folder, 'demo');
    const { openConsole } = await import('./console.ts');
    const state = join(folder, 'state');
    const own = { ...options, config, state, region, system: null, project: null };
    // No region of this host stands beside the simulated one.
    const alone = { ...machine, hostFolder: join(folder, 'etc') };
    return await openConsole(alone, own, {
      screenReader,
      tip: FIRST_TIP,
      fleeting: { record: null },
      attend: (opened) => attend(alone, own, demo, simulated, opened),
    });
  } finally {
    await simulated.close();
  }
}
