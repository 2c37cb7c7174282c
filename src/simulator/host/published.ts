import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Published } from '../docker/engine.ts';
import { type Container, isUp } from '../world/container.ts';
import type { ProgramKind } from '../world/system.ts';
import type { World } from '../world/world.ts';
import type { Host } from './host.ts';

/** What a program says on a connection to one of its ports. */
export type Speak = (socket: Socket, container: string, containerPort: number) => void;

interface Listener {
  readonly server: Server;
  readonly sockets: Set<Socket>;
  port: number | null;
}

export interface PublishedPorts extends Published {
  /** Waits until exactly the ports that are wanted now are listened on. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

function isServed(container: Container): boolean {
  return isUp(container) && Object.keys(container.networks).length > 0;
}

/**
 * Listens on 127.0.0.1 for every port of a container that runs, is in a network, and whose program has
 * something to say. The port's number is free the first time and stays with the container's name.
 * @param fixed numbers that are chosen, by name and port of a container: `falcon-redis:6379`
 */
export function publishPorts(
  host: Host,
  speakerOf: (kind: ProgramKind) => Speak | undefined,
  fixed: ReadonlyMap<string, number> = new Map(),
): PublishedPorts {
  const listeners = new Map<string, Listener>();
  const numbers = new Map(fixed);
  const closing = new Set<Promise<void>>();

  const accept = (id: string, containerPort: number, speak: Speak, own: Listener) => {
    return (socket: Socket) => {
      socket.on('error', () => undefined);
      own.sockets.add(socket);
      socket.once('close', () => own.sockets.delete(socket));
      const container = host.world().containers.get(id);
      // As the engine's proxy does it: it takes the connection, and finds nobody behind it.
      if (container?.process == null || container.process.readyAt > host.world().now) {
        socket.destroy();
        return;
      }
      speak(socket, id, containerPort);
    };
  };
  const open = (key: string, container: Container, containerPort: number, speak: Speak) => {
    // As the servers themselves do: an answer in two pieces does not wait to be acknowledged.
    const server = createServer({ noDelay: true });
    const own: Listener = { server, sockets: new Set(), port: null };
    listeners.set(key, own);
    const name = `${container.name}:${containerPort}`;
    server.on('connection', accept(container.id, containerPort, speak, own));
    server.on('error', () => {
      // The number it had is another's by now.
      if (numbers.delete(name)) server.listen(0, LOOPBACK);
    });
    server.on('listening', () => {
      const address = server.address();
      own.port = typeof address === 'object' && address !== null ? address.port : null;
      if (own.port !== null) numbers.set(name, own.port);
    });
    server.listen(numbers.get(name) ?? 0, LOOPBACK);
  };
  const shut = (key: string, { server, sockets }: Listener) => {
    listeners.delete(key);
    for (const socket of sockets) socket.destroy();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    closing.add(closed);
    void closed.then(() => closing.delete(closed));
  };
  const settle = (world: World) => {
    const wanted = new Map<string, () => void>();
    for (const container of world.containers.values()) {
      const { id, process, startedAt } = container;
      const speak = process === null ? undefined : speakerOf(process.kind);
      if (speak === undefined || !isServed(container)) continue;
      for (const { containerPort } of container.ports) {
        const key = `${id}:${containerPort}:${startedAt}`;
        wanted.set(key, () => open(key, container, containerPort, speak));
      }
    }
    for (const [key, listener] of listeners) if (!wanted.has(key)) shut(key, listener);
    for (const [key, begin] of wanted) if (!listeners.has(key)) begin();
  };
  const end = host.watch(settle);
  settle(host.world());

  return {
    portOf({ id, name, startedAt, process, networks }, containerPort) {
      if (process === null || Object.keys(networks).length === 0) return null;
      if (speakerOf(process.kind) === undefined) return null;
      const listener = listeners.get(`${id}:${containerPort}:${startedAt}`);
      return listener?.port ?? numbers.get(`${name}:${containerPort}`) ?? null;
    },
    async settled() {
      await Promise.all(closing);
      for (const { server } of listeners.values()) {
        if (!server.listening) await once(server, 'listening');
      }
    },
    async close() {
      end();
      for (const [key, listener] of listeners) shut(key, listener);
      await Promise.all(closing);
    },
  };
}

/** Waits while a container is frozen; false when it is gone. */
export async function thawed(host: Host, id: string, signal: AbortSignal): Promise<boolean> {
  const state = () => host.world().containers.get(id)?.state;
  if (state() !== 'paused') return state() === 'running';
  await host.until(({ containers }) => containers.get(id)?.state !== 'paused', signal);
  return state() === 'running';
}
