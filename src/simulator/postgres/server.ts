import { chmod, readFile, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../../domain/clock.ts';
import { type Certificate, Connection } from './front/connection.ts';
import { lazyTables, type TablesOptions } from './tables/tables.ts';
import type { DatabaseWorld } from './world.ts';

export interface PostgresFrontOptions {
  readonly world: DatabaseWorld;
  /** The scenario's tables; null where it has none, which saves their memory. */
  readonly tables?: TablesOptions | null;
  /** Where it listens over TCP; nowhere unless told. Port 0 takes a free one. */
  readonly tcp?: { readonly host: string; readonly port: number; readonly trusted?: boolean };
  /** The folder of its socket; none unless told. Who may dial it is who they say they are. */
  readonly local?: { readonly folder: string; readonly port: number };
  /** Takes the lines of the server's own log. */
  readonly log?: (line: string) => void;
  /** Of the clients' own time, for limits and sleeps. */
  readonly clock?: Clock;
}

/** The simulated PostgreSQL on its sockets. */
export interface PostgresFront {
  /** The TCP port; null while it does not listen. */
  readonly port: number | null;
  /**
   * Starts the tables, where there are any, before a client needs them: its patience may be shorter than
   * the seconds that takes.
   */
  warm(): Promise<void>;
  /** Settles when no table is worked on: that takes time of the machine's. */
  atRest(): Promise<void>;
  /** Meets a client whose connection was taken elsewhere. */
  accept(socket: Socket): void;
  /** Runs SQL on the tables that the world itself wants; nothing while they have not been started. */
  own(text: string): Promise<void>;
  /** Listens, or not, as the world's server is; resolves when that is so. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

async function listening(server: Server, at: { host: string; port: number } | string) {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if (typeof at === 'string') server.listen(at, resolve);
    else server.listen(at.port, at.host, resolve);
  });
}

/** The certificate that the settings name; null where they name none. */
async function certificateOf({ state: { settings } }: DatabaseWorld): Promise<Certificate | null> {
  const [cert, key] = [settings['ssl_cert_file']?.value, settings['ssl_key_file']?.value];
  if (!cert || !key) return null;
  return { cert: await readFile(cert), key: await readFile(key) };
}

/** A server's socket takes connections from everyone who may dial it. */
const SOCKET_MODE = 0o777;

/** Speaks PostgreSQL's protocol for a simulated server, while that is there. */
export function postgresFront(options: PostgresFrontOptions): PostgresFront {
  const { clock, local, tcp, world } = options;
  const tables = options.tables ? lazyTables(world, options.tables) : null;
  const log = options.log ?? (() => {});
  const connections = new Set<Connection>();
  const keys = new Map<number, number>();
  const servers: Server[] = [];
  let port: number | null = tcp?.port || null;
  let work: Promise<void> = Promise.resolve();
  let closed = false;

  const cancel = (pid: number, secret: number) => {
    if (keys.get(pid) === secret) world.apply({ kind: 'cancel', pid });
  };

  function meet(socket: Socket, trusted: boolean, client: string | null): void {
    const connection = new Connection(socket, {
      world,
      tables,
      ...(clock === undefined ? {} : { clock }),
      trusted,
      client,
      certificate: () => certificateOf(world),
      log,
      cancel,
      opened: (key) => void keys.set(key.pid, key.secret),
    });
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  }

  async function open(): Promise<void> {
    if (tcp !== undefined) {
      const server = createServer({ noDelay: true }, (socket) =>
        meet(socket, tcp.trusted === true, socket.remoteAddress ?? null),
      );
      servers.push(server);
      await listening(server, { host: tcp.host, port: port ?? 0 });
      const address = server.address();
      port = typeof address === 'object' ? (address?.port ?? null) : null;
    }
    if (local !== undefined) {
      const path = join(local.folder, `.s.PGSQL.${local.port}`);
      const server = createServer((socket) => meet(socket, true, null));
      servers.push(server);
      await rm(path, { force: true });
      await listening(server, path);
      await chmod(path, SOCKET_MODE);
    }
    if (world.state.presence === 'up') log('LOG:  database system is ready to accept connections');
  }

  async function shut(): Promise<void> {
    for (const connection of connections) connection.destroy();
    const ends = servers.splice(0).map((one) => new Promise((resolve) => one.close(resolve)));
    await Promise.all(ends);
    keys.clear();
  }

  function follow(): void {
    work = work.then(async () => {
      const there = world.state.presence !== 'down' && !closed;
      if (there && servers.length === 0) await open();
      if (!there && servers.length > 0) await shut();
    });
    // Who waits for it is told; the world goes on without a server that cannot listen.
    work.catch(() => undefined);
  }

  const stop = world.watch((change) => {
    if (change.kind === 'presence' || change.kind === 'restart') follow();
  });
  follow();
  return {
    get port() {
      return servers.length === 0 ? null : port;
    },
    accept: (socket) => meet(socket, false, socket.remoteAddress ?? null),
    own: async (text) => await tables?.own(text),
    warm: async () => await tables?.warm(),
    atRest: async () => await tables?.atRest(),
    settled: () => work,
    async close() {
      closed = true;
      stop();
      follow();
      await work;
      await tables?.close();
    },
  };
}
