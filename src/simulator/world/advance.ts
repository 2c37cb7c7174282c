import { tickContainers } from './lifecycle.ts';
import { sendLoad } from './load.ts';
import { recur } from './recur.ts';
import { noteSlow } from './redis/run-command.ts';
import { copyWorld, ofService, type World } from './world.ts';

/** The longest that is gone in one go: nothing in the world is quicker that somebody could see. */
const STEP_MS = 100;
/** A burden's commands that are written down in one go. */
const SLOW_AT_ONCE = 3;

function weighDown(world: World, elapsedMs: number): void {
  for (const { service, clients, commandMs, name, sessions } of world.burdens) {
    if (sessions !== undefined) continue;
    for (const { process, state } of ofService(world, service)) {
      if (process?.kind !== 'redis' || state !== 'running') continue;
      const done = Math.min(
        SLOW_AT_ONCE,
        Math.floor((world.now % commandMs) + elapsedMs) / commandMs,
      );
      for (let n = 1; n <= done; n += 1) {
        const words = ['SORT', `${name}:list`, 'LIMIT', '0', '1', 'ALPHA'];
        const entry = { at: world.now, durationUs: commandMs * 1000, words };
        noteSlow(process, entry, { address: `172.18.0.9:${41_000 + (n % clients)}`, name });
      }
    }
  }
}

/** The world `elapsedMs` later. What happened meanwhile stands in its `happened`. */
export function advance(world: World, elapsedMs: number): World {
  let next = copyWorld(world);
  let left = elapsedMs;
  while (left > 0) {
    const step = Math.min(STEP_MS, left);
    next.now += step;
    left -= step;
    tickContainers(next);
    sendLoad(next);
    weighDown(next, step);
    next = recur(next);
  }
  return next;
}
