import { type Change, refuse, type Told } from './change.ts';
import type { Container } from './container.ts';
import type { Process } from './process.ts';
import { chooseWorker, proxyInfer } from './programs/nginx.ts';
import { readiness } from './programs/worker.ts';
import { infer } from './programs/worker-infer.ts';
import { containerBy, type World } from './world.ts';

function ofProxy(
  world: World,
  container: Container,
  nginx: Extract<Process, { kind: 'nginx' }>,
  change: Change,
): Told | null {
  if (change.kind === 'infer') {
    return { answer: proxyInfer(world, container, nginx, change.request, world.now) };
  }
  if (change.kind !== 'choose-worker') return null;
  const found = chooseWorker(world, container, nginx, world.now);
  if ('status' in found) return { chosen: found };
  return { chosen: { container: found.container.id, afterMs: found.afterMs } };
}

function ofWorker(
  world: World,
  container: Container,
  worker: Extract<Process, { kind: 'falcon-worker' }>,
  change: Change,
): Told | null {
  switch (change.kind) {
    case 'infer':
      return { answer: infer(world, container, worker, change.request, world.now) };
    case 'readiness':
      return { readiness: readiness(world, container, worker) };
    case 'ballast':
      worker.ballastBytes += change.bytes;
      return {};
    default:
      return null;
  }
}

const KINDS = ['infer', 'readiness', 'choose-worker', 'ballast'];

/** Applies what is asked of one of Falcon's programs; null where it is about something else. */
export function applyToFalcon(world: World, change: Change): Told | null {
  if (!KINDS.includes(change.kind) || !('container' in change)) return null;
  const container = containerBy(world, change.container);
  if (container === null) return refuse(404, `No such container: ${change.container}`);
  const { process } = container;
  let told: Told | null = null;
  if (process?.kind === 'nginx') told = ofProxy(world, container, process, change);
  else if (process?.kind === 'falcon-worker') told = ofWorker(world, container, process, change);
  return told ?? refuse(409, `${container.name} does not run what ${change.kind} is about`);
}
