import type { Container, ContainerSettings } from './container.ts';
import { hex } from './random.ts';
import type { Image } from './system.ts';
import { makeVolumes } from './volumes.ts';
import { tell, type World } from './world.ts';

/** The image that a reference names; null where the engine holds none. */
export function findImage(world: World, reference: string): Image | null {
  const id = reference.replace(/^sha256:/, '');
  const tagged = reference.includes(':') ? reference : `${reference}:latest`;
  const named = world.images.find(({ refs }) => refs.includes(tagged));
  if (named !== undefined) return named;
  if (!/^[0-9a-f]{4,64}$/.test(id)) return null;
  return world.images.find((image) => image.id.startsWith(`sha256:${id}`)) ?? null;
}

/** Makes a container that does not run yet. */
export function create(world: World, settings: ContainerSettings, image: Image): Container {
  const container: Container = {
    ...settings,
    command: settings.command.length === 0 ? image.command : settings.command,
    id: hex(world, 64),
    imageId: image.id,
    createdAt: world.now,
    state: 'created',
    exitCode: 0,
    oomKilled: false,
    error: '',
    startedAt: null,
    finishedAt: null,
    restartCount: 0,
    stoppedByHand: false,
    restartAt: null,
    backOffMs: 0,
    endsAt: null,
    thenStart: false,
    health: null,
    pid: 0,
    cpuMs: 0,
    receivedBytes: 0,
    sentBytes: 0,
    process: null,
  };
  makeVolumes(world, container);
  world.containers.set(container.id, container);
  tell(world, container, 'create');
  return container;
}

/** Takes a container away. */
export function remove(world: World, container: Container): void {
  world.containers.delete(container.id);
  tell(world, container, 'destroy');
}
