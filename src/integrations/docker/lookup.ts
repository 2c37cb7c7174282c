import type { RunContext } from '../contract.ts';
import type { DockerClient } from './client.ts';
import type { ListedContainer } from './decode.ts';

/** The containers of a project, and those that a role is bound to. */
export interface RoleContainers {
  readonly project: string;
  readonly service: string;
  readonly all: readonly ListedContainer[];
  readonly own: readonly ListedContainer[];
}

function ownedBy(all: readonly ListedContainer[], service: string): ListedContainer[] {
  return all.filter((line) => line.service === service && !line.oneOff);
}

/** Finds a role's containers by their compose labels; none found is an empty list. */
export async function containersOf(
  client: DockerClient,
  role: string,
  context: RunContext,
): Promise<RoleContainers> {
  const { project, service } = context.bind(role);
  const all = await client.list({ project }, context.signal);
  return { project, service, all, own: ownedBy(all, service) };
}

/** Another role's containers among those already listed; its project is listed if it differs. */
export async function peersOf(
  client: DockerClient,
  role: string,
  { all, project }: RoleContainers,
  context: RunContext,
): Promise<readonly ListedContainer[]> {
  const other = context.bind(role);
  if (other.project === project) return ownedBy(all, other.service);
  return ownedBy(await client.list({ project: other.project }, context.signal), other.service);
}

/** Names of the networks a container belongs to, whether it runs or not; sorted. */
export function networkNames(line: Pick<ListedContainer, 'networks'>): string[] {
  return Object.keys(line.networks).sort();
}

/**
 * The network a container of a project was cut off from: it shares none with any of its peers, and
 * most of them are on this one. Null when it shares one, or has no peers. A container cut off from
 * one of several networks cannot be told from one that was never on it.
 */
export function lostNetwork(
  target: Pick<ListedContainer, 'id' | 'networks'>,
  all: readonly ListedContainer[],
): string | null {
  const own = new Set(networkNames(target));
  const members = new Map<string, number>();
  for (const peer of all) {
    if (peer.id === target.id || peer.oneOff) continue;
    for (const name of networkNames(peer)) {
      if (own.has(name)) return null;
      members.set(name, (members.get(name) ?? 0) + 1);
    }
  }
  const [most] = [...members].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return most?.[0] ?? null;
}
