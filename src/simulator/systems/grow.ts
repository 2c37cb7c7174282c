import { setImmediate as breathe } from 'node:timers/promises';
import { bringUp, type UpOptions } from '../compose/bring-up.ts';
import { readProject } from '../compose/project.ts';
import { createHost, type Host } from '../host/host.ts';
import { begin } from '../world/begin.ts';
import type { SystemDescription } from '../world/system.ts';
import { backDate, filesIn, writeFiles } from './project-folder.ts';

/** All of a project, as `docker compose up` brings it. */
export const EVERYTHING: UpOptions = {
  services: [],
  withDependencies: true,
  recreate: 'changed',
  stopMs: 1000,
  scale: {},
  startsThem: true,
};

/** So much of the world's time goes by before somebody else has a turn. */
const STRIDE_MS = 5000;
const WAIT_STEP_MS = 100;
/** The files are older than the containers that were made of them. */
const BEFORE_MS = 3_600_000;

/** A world in which a system has been up for some time, with what was written and told meanwhile. */
export type Grown = Pick<Host, 'logs' | 'events'> & { readonly world: ReturnType<Host['world']> };

/**
 * Makes a system's project in a folder, brings it up, and lets it run for as long as it says, as quick as this
 * machine can.
 * @param until epoch ms of the moment at which the world is to arrive
 */
export async function grow(
  system: SystemDescription,
  { folder, seed, until }: { readonly folder: string; readonly seed: number; until(): number },
): Promise<Grown> {
  await writeFiles(folder, system.files);
  await backDate(folder, system.files, until() - system.upMs - BEFORE_MS);
  const world = begin(system, seed, until() - system.upMs);
  world.files = await filesIn(folder);
  let at = world.now;
  const host = createHost({ world, real: () => at });
  const hasty: Host = {
    ...host,
    async until(wanted, signal) {
      while (!wanted(host.world())) {
        signal.throwIfAborted();
        at += WAIT_STEP_MS;
      }
    },
  };
  const project = await readProject(folder, world, world.composeFiles);
  await bringUp(hasty, project, EVERYTHING, () => undefined, new AbortController().signal);
  while (at < until()) {
    at = Math.min(until(), at + STRIDE_MS);
    host.world();
    await breathe();
  }
  host.close();
  return { world: host.world(), logs: host.logs, events: host.events };
}
