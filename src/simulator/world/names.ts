import { type Container, isUp } from './container.ts';
import type { World } from './world.ts';

/** Whom a name leads to, as a program in a container meets it. */
export type Reached =
  | { readonly container: Container }
  /** Nobody is called so; or nobody listens there. */
  | { readonly failure: 'unknown-name' | 'refused' };

/** Redis listens there, whether its port is published or not. */
const REDIS_PORT = 6379;

/** Whether a container is called so in one of these networks. */
export const known = (container: Container, networks: readonly string[], name: string) =>
  networks.some((network) => {
    const aliases = container.networks[network];
    return aliases !== undefined && (aliases.includes(name) || container.name === name);
  });

/** Of a container on the host's network: who publishes the port, or listens on it there. */
function onHost(world: World, port: number): Reached {
  for (const container of world.containers.values()) {
    const publishes = container.ports.some(({ hostPort }) => hostPort === port);
    if (isUp(container) && publishes) return { container };
  }
  return { failure: 'refused' };
}

/**
 * Finds whom a name and a port lead to from inside a container. The engine answers for containers that run,
 * in networks that both are in.
 */
export function reach(world: World, from: Container, name: string, port: number): Reached {
  if (from.networkMode === 'host') {
    return ['127.0.0.1', 'localhost'].includes(name)
      ? onHost(world, port)
      : { failure: 'unknown-name' };
  }
  const networks = Object.keys(from.networks);
  for (const container of world.containers.values()) {
    if (!isUp(container) || !known(container, networks, name)) continue;
    const own = container.process?.kind === 'redis' && port === REDIS_PORT;
    const listens = own || container.ports.some(({ containerPort }) => containerPort === port);
    return listens ? { container } : { failure: 'refused' };
  }
  return { failure: 'unknown-name' };
}
