import { around, hex, roll } from '../random.ts';
import type { World } from '../world.ts';
import { proxyInfer } from './nginx.ts';
import type { NginxProcess } from './nginx-state.ts';
import type { Program } from './program.ts';

const BYTES = 9 * 1024 * 1024;
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

export const nginx: Program<NginxProcess> = {
  start: (world) => ({
    kind: 'nginx',
    startedAt: world.now,
    readyAt: world.now + around(world, 200, 0.1),
    members: null,
    peers: new Map(),
    requests: 0,
  }),
  reload(_world, _container, process) {
    process.members = null;
  },
  bytes: () => BYTES,
  pids: () => 5,
  take(world, container, process, at) {
    const request = {
      text: textOf(world),
      requestId: hex(world, 32),
      idempotencyKey: keyOf(world),
    };
    return proxyInfer(world, container, process, request, at).tookMs;
  },
};
