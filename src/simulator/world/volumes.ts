import { type Change, refuse, type Told } from './change.ts';
import type { Container } from './container.ts';
import type { World } from './world.ts';

/** A named volume of the engine. */
export interface Volume {
  readonly name: string;
  readonly createdAt: number;
  /** The compose project it belongs to, and its name in the file. */
  readonly project: string | null;
  readonly key: string | null;
  /** What lies in it can be read no more. */
  readonly corrupted: boolean;
}

/** Makes the volumes of a container that are not there yet. */
export function makeVolumes(
  world: World,
  { project, volumes }: Pick<Container, 'project' | 'volumes'>,
) {
  for (const [name] of volumes) {
    if (world.volumes.has(name)) continue;
    const prefix = `${project}_`;
    const key = project !== null && name.startsWith(prefix) ? name.slice(prefix.length) : null;
    const volume = { name, createdAt: world.now, project, key, corrupted: false };
    world.volumes = new Map([...world.volumes, [name, volume]]);
  }
}

/** The containers that use a volume, running or not. */
export function usersOf(world: World, name: string): readonly Container[] {
  return [...world.containers.values()].filter(({ volumes }) =>
    volumes.some(([one]) => one === name),
  );
}

/** Applies a change of a volume; null where it is about something else. */
export function applyToVolumes(world: World, change: Change): Told | null {
  if (change.kind !== 'remove-volume' && change.kind !== 'corrupt-volume') return null;
  const { name } = change;
  const volume = world.volumes.get(name);
  if (volume === undefined) return refuse(404, `get ${name}: no such volume`);
  const volumes = new Map(world.volumes);
  if (change.kind === 'corrupt-volume') volumes.set(name, { ...volume, corrupted: true });
  else {
    const [user] = usersOf(world, name);
    if (user !== undefined) {
      return refuse(409, `remove ${name}: volume is in use - [${user.id}]`);
    }
    volumes.delete(name);
    world.databases.delete(name);
  }
  world.volumes = volumes;
  return {};
}
