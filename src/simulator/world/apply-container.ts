import type { Change, Told } from './change.ts';
import { refuse } from './change.ts';
import { type Container, isUp } from './container.ts';
import { create, findImage, remove } from './create.ts';
import { kill, start, stop } from './lifecycle.ts';
import { programOf } from './programs/programs.ts';
import { containerBy, tell, type World } from './world.ts';

type About<Kind extends Change['kind']> = Extract<Change, { readonly kind: Kind }>;

function created(world: World, { settings }: About<'create'>): Told {
  const image = findImage(world, settings.image);
  if (image === null) return refuse(404, `No such image: ${settings.image}`);
  const other = containerBy(world, settings.name);
  if (other !== null && other.name === settings.name) {
    const has = `The container name "/${settings.name}" is already in use by container "${other.id}".`;
    return refuse(409, `Conflict. ${has} You have to remove (or rename) that container first.`);
  }
  return { made: create(world, settings, image).id };
}

function removed(world: World, container: Container, force: boolean): Told {
  if (isUp(container) || container.state === 'restarting') {
    if (!force) {
      const words = `cannot remove container "/${container.name}": container is running`;
      return refuse(409, `${words}: stop the container before removing or force remove`);
    }
    container.stoppedByHand = true;
    if (isUp(container)) kill(world, container, true);
  }
  remove(world, container);
  return {};
}

function paused(world: World, container: Container, pause: boolean): Told {
  if (pause && container.state !== 'running') {
    return refuse(409, `Container ${container.id} is not running`);
  }
  if (!pause && container.state !== 'paused') {
    return refuse(409, `Container ${container.id} is not paused`);
  }
  container.state = pause ? 'paused' : 'running';
  tell(world, container, pause ? 'pause' : 'unpause');
  return {};
}

function networkEvent(world: World, container: Container, network: string, action: string): void {
  const id = world.networks.find(({ name }) => name === network)?.id ?? network;
  const attributes = { container: container.id, name: network, type: 'bridge' };
  world.happened.push({ kind: 'event', type: 'network', action, id, attributes, at: world.now });
}

function joined(world: World, container: Container, change: About<'connect'>): Told {
  const network = world.networks.find(
    ({ name, id }) => name === change.network || id === change.network,
  );
  if (network === undefined) return refuse(404, `network ${change.network} not found`);
  if (network.name in container.networks) {
    const words = `endpoint with name ${container.name} already exists in network ${network.name}`;
    return refuse(409, words);
  }
  const names = [...change.aliases, container.id.slice(0, 12)];
  container.networks = { ...container.networks, [network.name]: names };
  networkEvent(world, container, network.name, 'connect');
  return {};
}

function parted(world: World, container: Container, change: About<'disconnect'>): Told {
  const { [change.network]: left, ...networks } = container.networks;
  if (left === undefined) {
    return refuse(404, `container ${container.id} is not connected to network ${change.network}`);
  }
  container.networks = networks;
  networkEvent(world, container, change.network, 'disconnect');
  return {};
}

function began(world: World, container: Container): Told {
  if (container.state === 'paused') {
    return refuse(409, 'cannot start a paused container, try unpause instead');
  }
  if (isUp(container)) return refuse(304, '');
  const why = start(world, container);
  return why === null ? {} : refuse(500, why);
}

function restarted(world: World, container: Container, withinMs: number): Told {
  if (!isUp(container)) return began(world, container);
  stop(world, container, withinMs);
  container.thenStart = true;
  return {};
}

function updated(world: World, container: Container, change: About<'update'>): Told {
  container.limits = { ...container.limits, ...change.limits };
  container.restart = change.restart ?? container.restart;
  tell(world, container, 'update');
  return {};
}

function renamed(world: World, container: Container, name: string): Told {
  const other = containerBy(world, name);
  if (other?.name === name) return refuse(409, `the name "/${name}" is already in use`);
  const former = container.name;
  container.name = name;
  tell(world, container, 'rename', { oldName: `/${former}` });
  return {};
}

function reload(world: World, container: Container): void {
  const { process } = container;
  if (process !== null) programOf(process).reload?.(world, container, process);
}

/** Applies a change of a container; null where it is about something else. */
export function applyToContainer(world: World, change: Change): Told | null {
  if (change.kind === 'create') return created(world, change);
  if (!('container' in change)) return null;
  const container = containerBy(world, change.container);
  if (container === null) return refuse(404, `No such container: ${change.container}`);
  switch (change.kind) {
    case 'start':
      return began(world, container);
    case 'stop':
      if (!isUp(container) && container.state !== 'restarting') return refuse(304, '');
      stop(world, container, change.withinMs);
      return {};
    case 'restart':
      return restarted(world, container, change.withinMs);
    case 'kill':
      if (!isUp(container)) return refuse(409, `Container ${change.container} is not running`);
      kill(world, container, change.byHand);
      return {};
    case 'reload':
      if (!isUp(container)) return refuse(409, `Container ${change.container} is not running`);
      reload(world, container);
      return {};
    case 'stick':
      if (container.process?.kind !== 'superset') return refuse(409, 'it does not get stuck');
      container.process.stuck = true;
      return {};
    case 'pause':
    case 'unpause':
      return paused(world, container, change.kind === 'pause');
    case 'remove':
      return removed(world, container, change.force);
    case 'rename':
      return renamed(world, container, change.name);
    case 'update':
      return updated(world, container, change);
    case 'connect':
      return joined(world, container, change);
    case 'disconnect':
      return parted(world, container, change);
    default:
      return null;
  }
}
