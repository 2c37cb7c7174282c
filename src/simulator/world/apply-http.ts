import { type Change, refuse, type Told } from './change.ts';
import { programOf } from './programs/programs.ts';
import { containerBy, type World } from './world.ts';

/** Answers a request to a port of a program; null where it is about something else. */
export function applyHttp(world: World, change: Change): Told | null {
  if (change.kind !== 'http') return null;
  const container = containerBy(world, change.container);
  if (container === null) return refuse(404, `No such container: ${change.container}`);
  const { process } = container;
  if (process === null || world.now < process.readyAt) return { http: null };
  const { serve } = programOf(process);
  return { http: serve?.(world, container, process, change.request, world.now) ?? null };
}
