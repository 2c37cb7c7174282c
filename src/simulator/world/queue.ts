import type { World } from './world.ts';

/** How long what is asked of a service waits for what others ask of it, ms. */
export function queueMs(world: World, service: string | null): number {
  return world.burdens
    .filter((burden) => burden.service === service)
    .reduce((sum, { clients, commandMs }) => sum + clients * commandMs, 0);
}
