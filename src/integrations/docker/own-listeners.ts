import { readFile, readlink } from 'node:fs/promises';
import { containerIn, holdersOf } from '../proc/processes.ts';
import { decodeListening } from '../proc/sockets.ts';
import type { DockerClient } from './client.ts';
import type { ListedContainer } from './decode.ts';
import { isUp } from './decode.ts';
import { configOf } from './engine-calls.ts';
import { parseDockerHost } from './host.ts';
import { inParallel } from './parallel.ts';
import { maybeNumber, objectIn } from './wire.ts';

const INSPECTED_AT_ONCE = 8;
/** Few containers are on the network of the host. */
const INSPECTED_MAX = 100;
const HOST_NETWORK = 'host';

/** A container whose own processes listen on the port, without the engine's having published it. */
export interface OwnListener {
  readonly container: ListedContainer;
  readonly address: string;
}

const textOf = (pid: number, name: string) => readFile(`/proc/${pid}/${name}`, 'utf8');
const namespaceOf = (pid: number | 'self') => readlink(`/proc/${pid}/ns/pid`);

/** The sockets that listen on the port in the network of a process; none where it cannot be read. */
async function listening(pid: number, port: number) {
  const texts = await Promise.all(
    ['net/tcp', 'net/tcp6'].map((name) => textOf(pid, name).catch(() => '')),
  );
  return texts.flatMap(decodeListening).filter((one) => one.port === port);
}

interface Candidate {
  readonly container: ListedContainer;
  readonly pid: number;
  /** Its process namespace; null where its processes share that of the host. */
  readonly namespace: string | null;
}

async function candidatesOf(
  client: DockerClient,
  containers: readonly ListedContainer[],
  signal: AbortSignal,
): Promise<readonly Candidate[]> {
  const hosts = await namespaceOf('self');
  const found = await inParallel(containers, INSPECTED_AT_ONCE, async (container) => {
    const { wire } = await configOf(client, container.id, signal);
    const pid = maybeNumber(objectIn(wire, 'State'), 'Pid') ?? 0;
    if (pid <= 1) return null;
    // The engine may count its processes on another machine, a virtual one of this host included.
    const inside = containerIn(await textOf(pid, 'cgroup').catch(() => ''));
    if (inside !== null && inside !== container.id) return null;
    const namespace = await namespaceOf(pid).catch(() => null);
    return { container, pid, namespace: namespace === hosts ? null : namespace };
  });
  return found.filter((one) => one !== null);
}

const belongs = ({ namespace, pid }: Candidate, holder: Holder) =>
  namespace === null ? holder.pid === pid : holder.namespace === namespace;

interface Holder {
  readonly pid: number;
  readonly namespace: string | null;
}

/**
 * Containers on the network of the host whose own processes listen on a port. The engine does not know
 * of it: this looks into `/proc`, so that it finds nothing where the engine is on another host, or this
 * user may not look.
 */
export async function ownListeners(
  client: DockerClient,
  all: readonly ListedContainer[],
  port: number,
  signal: AbortSignal,
): Promise<readonly OwnListener[]> {
  if (parseDockerHost(client.host).kind !== 'unix') return [];
  const onHost = all
    .filter(({ networks, state }) => isUp(state) && Object.hasOwn(networks, HOST_NETWORK))
    .slice(0, INSPECTED_MAX);
  if (onHost.length === 0) return [];
  const candidates = await candidatesOf(client, onHost, signal).catch((thrown: unknown) => {
    // No /proc: this is no Linux.
    if (thrown instanceof Error && 'code' in thrown) return [];
    throw thrown;
  });
  const [first] = candidates;
  if (first === undefined) return [];
  // All of them have one network: that of the engine, which need not be that of this program.
  const sockets = await listening(first.pid, port);
  if (sockets.length === 0) return [];
  const { holders } = await holdersOf(new Set(sockets.map(({ inode }) => inode)), signal);
  const found = await Promise.all(
    [...holders].flatMap(([inode, pids]) =>
      [...pids].map(async (pid) => ({
        pid,
        namespace: await namespaceOf(pid).catch(() => null),
        address: sockets.find((socket) => socket.inode === inode)?.address ?? '',
      })),
    ),
  );
  return candidates.flatMap((candidate) => {
    const own = found.find((holder) => belongs(candidate, holder));
    return own === undefined ? [] : [{ container: candidate.container, address: own.address }];
  });
}
