import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { run } from './run.ts';

/**
 * The engine lives in a network namespace of its own: its bridges, its iptables chains and its
 * published ports cannot meet those of another engine on the machine. A veth pair joins the two,
 * and a route makes every container's address reachable from the host.
 * Addresses are of 198.18.0.0/15, set apart for bench networks (RFC 2544).
 */
export interface StackNetwork {
  name: string;
  path: string;
  /** The veth end on the host. */
  link: string;
  slot: number;
  /** Address under which the namespace, with its published ports, is reached from the host. */
  address: string;
  /** `--bip` of the engine. */
  bridge: string;
  /** `--default-address-pool` of the engine. */
  pool: string;
}

const slotCount = 254;

function describe(dir: string, slot: number): StackNetwork {
  const tag = tagOf(dir);
  return {
    name: `opsconsole-${tag}`,
    path: `/run/netns/opsconsole-${tag}`,
    link: `oc-${tag}`,
    slot,
    address: `198.18.${slot}.2`,
    bridge: `198.19.${slot}.1/26`,
    pool: `base=198.19.${slot}.128/25,size=26`,
  };
}

/** A short name for a state folder, the same each time. */
function tagOf(dir: string): string {
  return createHash('sha256').update(dir).digest('hex').slice(0, 8);
}

async function usedSlots(): Promise<Map<number, string>> {
  const { stdout } = await run('ip', ['-4', '-o', 'address', 'show']);
  const used = new Map<number, string>();
  for (const line of stdout.split('\n')) {
    const found = /^\d+:\s+(\S+)\s+inet 198\.18\.(\d+)\.1\//.exec(line);
    if (found?.[1] && found[2]) used.set(Number(found[2]), found[1].split('@')[0] ?? found[1]);
  }
  return used;
}

/** The network of a state folder if it stands on this machine, else null. */
export async function findNetwork(dir: string): Promise<StackNetwork | null> {
  const tag = tagOf(dir);
  for (const [slot, link] of await usedSlots()) {
    if (link === `oc-${tag}` && existsSync(`/run/netns/opsconsole-${tag}`)) {
      return describe(dir, slot);
    }
  }
  return null;
}

/** The network of a state folder, made if it is not there. */
export async function ensureNetwork(dir: string): Promise<StackNetwork> {
  const standing = await findNetwork(dir);
  if (standing) return standing;
  await removeNetwork(dir);
  const used = await usedSlots();
  const first = Number.parseInt(tagOf(dir), 16) % slotCount;
  const slot = Array.from({ length: slotCount }, (_, i) => 1 + ((first + i) % slotCount)).find(
    (candidate) => !used.has(candidate),
  );
  if (slot === undefined) throw new Error('every address range of 198.18.0.0/16 is taken');
  const network = describe(dir, slot);
  const { name, link } = network;
  const inside = ['-n', name];
  await run('ip', ['netns', 'add', name]);
  await run('ip', ['link', 'add', link, 'type', 'veth', 'peer', 'name', 'uplink', 'netns', name]);
  await run('ip', ['address', 'add', `198.18.${slot}.1/30`, 'dev', link]);
  await run('ip', ['link', 'set', link, 'up']);
  await run('ip', [...inside, 'address', 'add', `${network.address}/30`, 'dev', 'uplink']);
  await run('ip', [...inside, 'link', 'set', 'uplink', 'up']);
  await run('ip', [...inside, 'link', 'set', 'lo', 'up']);
  await run('ip', ['route', 'replace', `198.19.${slot}.0/24`, 'via', network.address]);
  return network;
}

/** Lets the host reach containers at ports they do not publish, as on a host's own bridge. */
export async function openForwarding(network: StackNetwork): Promise<void> {
  const inside = [`--net=${network.path}`, 'iptables', '-w', '5'];
  const rule = ['DOCKER-USER', '-i', 'uplink', '-j', 'ACCEPT'];
  const known = await run('nsenter', [...inside, '-C', ...rule], { allowFailure: true });
  if (known.exitCode !== 0) await run('nsenter', [...inside, '-I', ...rule]);
}

/** Removes namespace, link and route; no error when there are none. */
export async function removeNetwork(dir: string): Promise<void> {
  const tag = tagOf(dir);
  await run('ip', ['link', 'delete', `oc-${tag}`], { allowFailure: true });
  await run('ip', ['netns', 'delete', `opsconsole-${tag}`], { allowFailure: true });
}
