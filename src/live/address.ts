import type { StoreApi } from 'zustand/vanilla';
import type { Container } from '../domain/container.ts';
import { OperatorError } from '../domain/operator-error.ts';
import type { Address, Binding } from '../integrations/contract.ts';
import { bindRole, containerOf, type RoleBinding } from './binding.ts';
import { containers, factsOf, sourcesOf } from './selectors.ts';
import type { LiveState } from './state.ts';

/** Where a region's roles are to be looked for. */
export interface RolePlan extends RoleBinding {
  /** The compose project of the region; null finds the one project that has the service. */
  readonly project: string | null;
}

export interface AddressBookOptions {
  readonly live: StoreApi<LiveState>;
  /** Asked at each look-up: a pack may be chosen after the region's first facts. */
  plan(): RolePlan;
  /**
   * Where ports published on all of the engine's addresses are dialled. Null for an engine on this
   * host: a container's own address can be dialled then, and is preferred.
   */
  engineHost(): string | null;
}

/** Where the roles of a pack live in this region, looked up in what is live at each call. */
export interface AddressBook {
  /**
   * The service a role is bound to, and how it was found; of several, the first that has a running
   * container. A service's or container's own name is accepted as well. Throws OperatorError('missing')
   * naming the nearest names.
   */
  bind(role: string): Binding;
  /**
   * An address of `port` of the role's container that can be dialled now. Waits for the container
   * engine's first answer. Throws OperatorError: no such container, not running, no address.
   */
  address(role: string, port: number): Promise<Address>;
}

/** The first answer of the container engine, or its first failure. */
function engineAnswered(live: StoreApi<LiveState>): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (state: LiveState): boolean => {
      const sources = sourcesOf(state, 'containers');
      const failed = sources.find(({ status }) => status === 'failed');
      if (factsOf(state, 'containers').length > 0) resolve();
      else if (sources.length === 0) {
        const message = 'this region has no container engine to find addresses with';
        reject(new OperatorError('missing', message, 'configure its container engine'));
      } else if (failed) {
        const message = `the container engine has not answered: ${failed.error?.message ?? 'unknown'}`;
        reject(new OperatorError('unreachable', message, failed.error?.mend ?? null));
      } else return false;
      return true;
    };
    if (look(live.getState())) return;
    const unsubscribe = live.subscribe((state) => {
      if (look(state)) unsubscribe();
    });
  });
}

const wildcard = new Set(['0.0.0.0', '::', '[::]', '']);

function publishedAddress(container: Container, port: number, engineHost: string): Address | null {
  const published = container.ports
    .filter(({ containerPort }) => containerPort === port)
    .sort((a, b) => Number(wildcard.has(b.hostAddress)) - Number(wildcard.has(a.hostAddress)))[0];
  if (!published) return null;
  const { hostAddress, hostPort } = published;
  const host = wildcard.has(hostAddress) ? engineHost : hostAddress;
  return { host, port: hostPort, via: `published port ${hostPort} of ${container.name}` };
}

function ownAddress(container: Container, port: number, project: string): Address | null {
  if ('host' in container.addresses) {
    return { host: '127.0.0.1', port, via: `container ${container.name}, host network` };
  }
  const networks = Object.entries(container.addresses).filter(([, address]) => address !== '');
  const own = networks.find(([network]) => network.startsWith(`${project}_`)) ?? networks[0];
  return own ? { host: own[1], port, via: `container ${container.name}` } : null;
}

/** Finds where roles live by looking at the containers that are known at that moment. */
export function createAddressBook(options: AddressBookOptions): AddressBook {
  const { live } = options;
  const known = () => containers(live.getState());
  const bind = (role: string): Binding => {
    const plan = options.plan();
    return bindRole(role, plan, plan.project, known());
  };

  return {
    bind,
    async address(role, port) {
      await engineAnswered(live);
      const binding = bind(role);
      const container = containerOf(binding, known());
      const engineHost = options.engineHost();
      const own = () => ownAddress(container, port, binding.project);
      const published = () => publishedAddress(container, port, engineHost ?? '127.0.0.1');
      const address = engineHost === null ? (own() ?? published()) : (published() ?? own());
      if (address) return address;
      throw new OperatorError(
        'unreachable',
        `container ${container.name} has no address: it is cut off from every network`,
        `connect it to its network again: docker network connect NETWORK ${container.name}`,
      );
    },
  };
}
