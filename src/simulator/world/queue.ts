import type { World } from './world.ts';

/** How long what is asked of a service waits for what others ask of it, ms. */
export function queueMs(world: World, service: string | null): number {
  return (
    world.burdens
      // Sessions of a database are counted one by one.
      .filter((burden) => burden.service === service && burden.sessions === undefined)
      .reduce((sum, { clients, commandMs }) => sum + clients * commandMs, 0)
  );
}
