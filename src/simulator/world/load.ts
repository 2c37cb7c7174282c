import { programOf } from './programs/programs.ts';
import { roll } from './random.ts';
import { ofService, type World } from './world.ts';

/** Sends one request to one of those that serve; they take turns. */
function send(world: World, at: number): void {
  const { mostInFlight, patienceMs, service } = world.load;
  world.inFlight = world.inFlight.filter((endsAt) => endsAt > at);
  if (world.inFlight.length >= mostInFlight) return;
  world.requests += 1;
  const serving = ofService(world, service).filter(
    ({ networks, state }) => state === 'running' && Object.keys(networks).length > 0,
  );
  const container = serving[world.requests % Math.max(1, serving.length)];
  const process = container?.process;
  if (container === undefined || process == null || at < process.readyAt) return;
  const tookMs = programOf(process).take?.(world, container, process, at) ?? null;
  if (tookMs === null) return;
  world.inFlight = [...world.inFlight, at + Math.min(tookMs, patienceMs)];
}

/** Sends what comes until now: at random times, so many a second on average. */
export function sendLoad(world: World): void {
  const { perSecond } = world.load;
  if (perSecond <= 0) {
    world.nextRequestAt = world.now;
    return;
  }
  while (world.nextRequestAt <= world.now) {
    send(world, world.nextRequestAt);
    world.nextRequestAt += (-Math.log(1 - roll(world)) * 1000) / perSecond;
  }
}
