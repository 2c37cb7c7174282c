import { hex } from './random.ts';
import { firstRepository } from './repository.ts';
import { siteOf } from './site.ts';
import type { SystemDescription } from './system.ts';
import type { World } from './world.ts';

/** A world of a system in which no container exists yet. @param now epoch ms */
export function begin(system: SystemDescription, seed: number, now: number): World {
  const world: World = {
    dice: seed | 0,
    now,
    project: system.project,
    separator: system.separator ?? '-',
    containers: new Map(),
    images: [],
    networks: [],
    load: system.load,
    nextRequestAt: now,
    inFlight: [],
    burdens: [],
    recurring: [],
    databases: new Map(),
    files: new Map(),
    site: siteOf(system.site ?? {}, now),
    composeFiles: system.composeFiles ?? ['docker-compose.yml'],
    owners: new Map(),
    readOnly: [],
    denied: [],
    volumes: new Map(),
    warehouse: system.warehouse ?? null,
    unreachable: [],
    repository: firstRepository(system.repository, now),
    supply: { registry: {}, builds: {}, ...system.supply },
    hostPorts: [],
    nextPid: 20_000,
    requests: 0,
    happened: [],
  };
  world.images = system.images.map(({ ageMs, ...image }) => ({
    ...image,
    id: `sha256:${hex(world, 64)}`,
    createdAt: now - ageMs,
  }));
  return world;
}
