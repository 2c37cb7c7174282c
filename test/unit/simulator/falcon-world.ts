import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { falcon } from '../../../src/simulator/systems/falcon.ts';
import { grow } from '../../../src/simulator/systems/grow.ts';
import { advance } from '../../../src/simulator/world/advance.ts';
import { apply } from '../../../src/simulator/world/apply.ts';
import type { Change } from '../../../src/simulator/world/change.ts';
import type { Container } from '../../../src/simulator/world/container.ts';
import type { Series } from '../../../src/simulator/world/programs/metric-families.ts';
import { databaseOf } from '../../../src/simulator/world/programs/postgres.ts';
import { ofService, type World } from '../../../src/simulator/world/world.ts';

/** When every world of these tests begins to be watched. */
const AT = Date.UTC(2026, 10, 22, 12);

/** Falcon as it is when all has been well for two minutes. */
export async function falconWorld(seed = 1): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'opsconsole-world-'));
  try {
    const system = { ...falcon, upMs: 120_000 };
    return (await grow(system, { folder, seed, until: () => AT })).world;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The world later, with what happened on the way left out. */
export function later(world: World, seconds: number): World {
  return advance(world, seconds * 1000);
}

/** Makes changes that must be possible; containers are named by their service. */
export function changed(world: World, ...changes: readonly Change[]): World {
  return changes.reduce((now, change) => {
    const id = 'container' in change ? ofService(now, change.container)[0]?.id : undefined;
    const wanted = id === undefined ? change : ({ ...change, container: id } as Change);
    const { refused, world: next } = apply(now, wanted);
    if (refused !== null) throw new Error(refused.message);
    return next;
  }, world);
}

/** The container of a service. */
export function one(world: World, service: string): Container {
  const [found] = ofService(world, service);
  if (found === undefined) throw new Error(`there is no ${service}`);
  return found;
}

/** The sum of a metric over all workers, of the series whose labels fit. */
export function total(
  world: World,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const fits = (series: Series) =>
    Object.entries(labels).every(([label, value]) => series.labels[label] === value);
  let sum = 0;
  for (const { process } of world.containers.values()) {
    if (process?.kind !== 'falcon-worker') continue;
    for (const series of process.registry.get(name)?.values() ?? []) {
      if (fits(series))
        sum += series.counts.length > 0 ? series.counts.reduce((a, b) => a + b) : series.value;
    }
  }
  return sum;
}

/** The share of look-ups that hit the cache between two worlds. */
export function hitRate(before: World, after: World): number {
  const grown = (name: string) => total(after, name) - total(before, name);
  const hits = grown('cache_hits_total');
  return hits / (hits + grown('cache_misses_total'));
}

/** The sessions of an application on the database server. */
export function sessionsOf(world: World, application: string): readonly number[] {
  const { process } = one(world, 'postgres');
  if (process?.kind !== 'postgres') return [];
  const { sessions } = databaseOf(world, process).state;
  return sessions.filter((session) => session.application === application).map(({ pid }) => pid);
}

/** The state of a breaker at each worker. */
export function breakers(world: World, dependency: 'redis' | 'postgres'): readonly string[] {
  return ['worker-1', 'worker-2', 'worker-3'].map((service) => {
    const { process } = one(world, service);
    return process?.kind === 'falcon-worker' ? process.breakers[dependency].state : 'none';
  });
}
