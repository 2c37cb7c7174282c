import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import { type HostProcess, holdersOf, processOf } from '../proc/processes.ts';
import { decodeListening, type Listening } from '../proc/sockets.ts';
import { type HostAccess, onlyHere } from './here.ts';

const SHORT_ID_LENGTH = 12;

const owner = z.object({
  pid: z.number(),
  command: z.string(),
  name: z.string(),
  uid: z.number(),
  /** Short id of the container it runs in; null outside of one. */
  container: z.string().nullable(),
  /** Where it passes connections on to, `ADDRESS:PORT`, when it is the engine's proxy of a container. */
  proxyFor: z.string().nullable(),
});

/** The target of docker's proxy, from its arguments. */
export function proxyTarget({ command, name }: Pick<HostProcess, 'command' | 'name'>) {
  if (name !== 'docker-proxy') return null;
  const address = /-container-ip (\S+)/.exec(command)?.[1];
  const port = /-container-port (\d+)/.exec(command)?.[1];
  return address === undefined || port === undefined ? null : `${address}:${port}`;
}

async function listeners(port: number): Promise<readonly Listening[]> {
  const read = (name: string) => readFile(`/proc/net/${name}`, 'utf8');
  try {
    // A host without IPv6 has no such file.
    const texts = [await read('tcp'), await read('tcp6').catch(() => '')];
    return texts.flatMap(decodeListening).filter((one) => one.port === port);
  } catch (thrown) {
    const mend = 'this needs Linux, with /proc mounted';
    throw new OperatorError('missing', '/proc/net/tcp cannot be read', mend, thrown);
  }
}

const described = (one: HostProcess) => ({
  pid: one.pid,
  command: one.command,
  name: one.name,
  uid: one.uid,
  container: one.container?.slice(0, SHORT_ID_LENGTH) ?? null,
  proxyFor: proxyTarget(one),
});

/** `host.port-owner`: who listens on a TCP port of this host, as seen from its own network. */
export function portOwnerProbe(host: HostAccess): Probe {
  return defineProbe({
    id: 'host.port-owner',
    title: 'Who listens on a port of this host',
    input: z.strictObject({ port: z.coerce.number().int().min(1).max(65_535) }),
    result: z.object({
      listening: z.boolean(),
      /** Local addresses it listens on. */
      addresses: z.array(z.string()),
      /** Empty where nobody listens, and where this user may not see who does. */
      owners: z.array(owner),
      owner: owner.nullable(),
      /** Why an owner is not told, in words; null when all are. */
      hidden: z.string().nullable(),
    }),
    command: ({ port }) => `ss -ltnp 'sport = :${port}'`,
    async read({ port }, context) {
      onlyHere(host);
      const found = await listeners(port);
      if (found.length === 0) {
        return { listening: false, addresses: [], owners: [], owner: null, hidden: null };
      }
      const inodes = new Set(found.map(({ inode }) => inode));
      const { hidden, holders } = await holdersOf(inodes, context.signal);
      const pids = new Set([...holders.values()].flatMap((set) => [...set]));
      const processes = await Promise.all([...pids].map(processOf));
      const owners = processes.filter((one) => one !== null).map(described);
      const unseen = [...inodes].some((inode) => !holders.has(inode));
      const user = found.find(({ inode }) => !holders.has(inode))?.uid;
      const words = hidden
        ? `it belongs to user ${user}, whose processes this user may not look into: use root`
        : 'it belongs to a process in another namespace, or to the kernel';
      return {
        listening: true,
        addresses: [...new Set(found.map(({ address }) => address))],
        owners,
        owner: owners[0] ?? null,
        hidden: unseen ? words : null,
      };
    },
  });
}
