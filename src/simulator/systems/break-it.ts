import { join } from 'node:path';
import { bringUp } from '../compose/bring-up.ts';
import { readProject } from '../compose/project.ts';
import type { Host } from '../host/host.ts';
import type { Change } from '../world/change.ts';
import type { Fault } from '../world/fault.ts';
import { ofService, type World } from '../world/world.ts';
import { EVERYTHING } from './grow.ts';
import { backDate, filesIn, removeFiles, setEnv, writeFiles } from './project-folder.ts';

/** The paths and the volumes of a change as the host has them. */
function inProject(world: World, change: Change, folder: string): Change {
  if (change.kind === 'own' || change.kind === 'read-only')
    return { ...change, path: join(folder, change.path) };
  if (change.kind === 'corrupt-volume')
    return { ...change, name: `${world.project}_${change.name}` };
  return change;
}

/** Faults name containers by their service, volumes by their name in the compose file, files by their path in the folder. */
function byPlace(world: World, given: Change, folder: string): Change {
  const change = inProject(world, given, folder);
  if (!('container' in change)) return change;
  const [found] = ofService(world, change.container);
  return found === undefined ? change : { ...change, container: found.id };
}

/**
 * Lets something break.
 * @param folder the project's
 * @throws Error when the world is not as the fault needs it
 */
export async function breakIt(
  host: Host,
  folder: string,
  fault: Pick<
    Fault,
    Exclude<keyof Fault, 'elsewhere' | 'lost' | 'program' | 'sql' | 'tables' | 'title'>
  >,
): Promise<void> {
  await removeFiles(folder, fault.removeFiles ?? []);
  if (fault.files !== undefined) await writeFiles(folder, fault.files);
  if (fault.env !== undefined) await setEnv(folder, fault.env);
  host.change({ kind: 'files', files: await filesIn(folder) });
  const happen = (change: Change) => {
    const { refused } = host.change(byPlace(host.world(), change, folder));
    if (refused !== null) throw new Error(`${fault.id}: ${refused.message}`);
  };
  fault.changes.forEach(happen);
  if (fault.recreate !== undefined) {
    const made = recreate(host, folder, fault.recreate, fault.scale);
    await (fault.failsToStart === true ? made.catch(() => undefined) : made);
  }
  if (fault.later !== undefined) {
    const at = host.world().now + fault.later.afterMs;
    await host.until(({ now }) => now >= at, new AbortController().signal);
    fault.later.changes.forEach(happen);
  }
  if (fault.again !== undefined) {
    const changes = fault.again.changes.map((one) => inProject(host.world(), one, folder));
    const { everyMs } = fault.again;
    host.change({ kind: 'recur', recurrence: { name: fault.id, everyMs, changes } });
  }
  if (fault.thenFiles === undefined) return;
  await writeFiles(folder, fault.thenFiles);
  // Written now by the world's time, which is not this host's.
  await backDate(folder, fault.thenFiles, host.clock.outside(host.world().now));
  host.change({ kind: 'files', files: await filesIn(folder) });
}

async function recreate(
  host: Host,
  folder: string,
  services: readonly string[],
  scale: Fault['scale'] = {},
): Promise<void> {
  const project = await readProject(folder, host.world(), host.world().composeFiles);
  const how = { services, scale, withDependencies: false, recreate: 'always' } as const;
  const { signal } = new AbortController();
  await bringUp(host, project, { ...EVERYTHING, ...how }, () => undefined, signal);
}
