import { apply } from './apply.ts';
import type { Change } from './change.ts';
import { ofService, type World } from './world.ts';

function inService(world: World, change: Change): Change {
  if (!('container' in change)) return change;
  const [found] = ofService(world, change.container);
  return found === undefined ? change : { ...change, container: found.id };
}

/** The world after whatever recurs at this moment. What cannot happen now happens another time. */
export function recur(world: World): World {
  const due = world.recurring.filter(({ nextAt }) => nextAt <= world.now);
  if (due.length === 0) return world;
  let next = world;
  for (const change of due.flatMap(({ changes }) => changes)) {
    const { world: after } = apply(next, inService(next, change));
    after.happened = [...next.happened, ...after.happened];
    next = after;
  }
  next.recurring = next.recurring.map((one) =>
    due.includes(one) ? { ...one, nextAt: next.now + one.everyMs } : one,
  );
  return next;
}
