import { proxyInfer } from './programs/nginx.ts';
import { hex, roll } from './random.ts';
import { ofService, type World } from './world.ts';

const MOODS = ['great awesome', 'terrible bad', 'okay fine', 'amazing', 'horrible', 'average'];

function textOf(world: World): string {
  const { repeatedShare, texts } = world.load;
  if (roll(world) >= repeatedShare) return `order ${world.dice}-${world.requests} was fine`;
  const number = Math.floor(roll(world) * texts);
  return `product ${number} is ${MOODS[number % MOODS.length]}`;
}

/** One request in ten carries a key; every other one of these a key that was used before. */
function keyOf(world: World): string | null {
  const number = world.requests;
  if (number % 10 !== 0) return null;
  return number % 20 === 0 ? `load-${number}` : `load-${number - 10}`;
}

function send(world: World, at: number): void {
  const { mostInFlight, patienceMs, service } = world.load;
  world.inFlight = world.inFlight.filter((endsAt) => endsAt > at);
  if (world.inFlight.length >= mostInFlight) return;
  world.requests += 1;
  const gateway = ofService(world, service)[0];
  const nginx = gateway?.process;
  if (nginx?.kind !== 'nginx' || gateway === undefined || gateway.state !== 'running') return;
  if (Object.keys(gateway.networks).length === 0 || at < nginx.readyAt) return;
  const request = {
    text: textOf(world),
    requestId: hex(world, 32),
    idempotencyKey: keyOf(world),
  };
  const { tookMs } = proxyInfer(world, gateway, nginx, request, at);
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
