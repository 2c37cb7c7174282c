import { mkdir, rm } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { type Simulator, startSimulator } from '../src/simulator/simulator.ts';
import { systemOf } from '../src/simulator/systems/systems.ts';
import { serve } from './talk.ts';

/** What is asked of a simulator that holds one region after the other. */
export type RegionAsked =
  /** Opens a region in an empty folder, whose time stands still at `moment`, epoch ms. */
  | {
      readonly kind: 'open';
      readonly folder: string;
      readonly system: string;
      readonly seed: number;
      readonly moment: number;
      readonly cache: string;
    }
  | { readonly kind: 'fault'; readonly folder: string; readonly id: string }
  /** Goes on to a moment. Answered with what goes on there, once no table is worked on. */
  | { readonly kind: 'move'; readonly folder: string; readonly moment: number }
  /** Ends a region, and takes its folder away. */
  | { readonly kind: 'close'; readonly folder: string };

/** What is told of a move. */
interface RegionWork {
  readonly moved: boolean;
  readonly works: boolean;
  readonly waits: boolean;
  readonly forTime: boolean;
}

/** What is worked on looks like among what holds a process: files. */
const WORKED_ON = /^FSReq/;

interface Region {
  readonly simulator: Simulator;
  moment: number;
}

/** @param waiting how many wait for time to go by */
function workOf(waiting: number): RegionWork {
  const works = process.getActiveResourcesInfo().some((name) => WORKED_ON.test(name));
  return { moved: false, works, waits: false, forTime: waiting > 0 };
}

/** Holds regions whose time goes on only when it is told to. Ends with whoever started it. */
export async function holdRegions(tablesProgram: URL | null): Promise<void> {
  const regions = new Map<string, Region>();
  const open = async (asked: Extract<RegionAsked, { readonly kind: 'open' }>) => {
    const { cache, folder, moment, seed, system } = asked;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    let now = () => moment;
    const simulator = await startSimulator({
      folder,
      system: systemOf(system),
      seed,
      factor: 1,
      real: () => now(),
      node: process.execPath,
      cacheFolder: cache,
      ...(tablesProgram === null ? {} : { tablesProgram }),
    });
    const region = { simulator, moment };
    now = () => region.moment;
    regions.set(folder, region);
  };
  const close = async (folder: string, { simulator }: Region) => {
    regions.delete(folder);
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  };
  await serve<RegionAsked>(async (asked) => {
    if (asked.kind === 'open') return await open(asked);
    const region = regions.get(asked.folder);
    if (region === undefined) throw new Error(`there is no region in ${asked.folder}`);
    switch (asked.kind) {
      case 'fault':
        return await region.simulator.fault(asked.id);
      case 'move':
        region.moment = asked.moment;
        region.simulator.look();
        // Who has asked by now has a turn.
        await turn();
        await region.simulator.atRest();
        return workOf(region.simulator.look());
      case 'close':
        return await close(asked.folder, region);
    }
  });
  await Promise.all([...regions].map(([folder, region]) => close(folder, region)));
}
