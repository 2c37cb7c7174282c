import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { systemClock } from '../../../src/domain/clock.ts';
import { memoryDatabase, newDatabase } from '../../../src/simulator/postgres/memory.ts';
import { followPrimary } from '../../../src/simulator/postgres/replication.ts';
import { type PostgresFront, postgresFront } from '../../../src/simulator/postgres/server.ts';
import type { DatabaseWorld } from '../../../src/simulator/postgres/world.ts';
import { freePort } from '../../harness/free-port.ts';
import type { PostgresServer } from './server.ts';

const PRESENCES = { SIGSTOP: 'hung', SIGCONT: 'up', SIGTERM: 'stopping' } as const;

const RECOVERY_MS = 100;
const cacheFolder = fileURLToPath(new URL('../../../build/tables', import.meta.url));

/**
 * A world's server on sockets of its own, with tables that start when they are needed.
 * @param seed what makes the tables; null for a server that has none
 */
export async function serverOf(
  world: DatabaseWorld,
  seed: string | null = '',
): Promise<PostgresServer & Pick<PostgresFront, 'warm'>> {
  const folder = await mkdtemp(join(tmpdir(), 'opsconsole-simulated-'));
  // Whoever may dial a socket has to get there.
  await chmod(folder, 0o755);
  const port = await freePort();
  const log: string[] = [];
  const front = postgresFront({
    world,
    tables: seed === null ? null : { seed, cacheFolder },
    tcp: { host: '127.0.0.1', port },
    local: { folder, port },
    log: (line) => log.push(line),
  });
  const standbys: PostgresServer[] = [];
  const clients: Client[] = [];
  const become = (name: NodeJS.Signals) => {
    const presence = (PRESENCES as Partial<Record<string, 'hung' | 'up' | 'stopping'>>)[name];
    if (presence === undefined) throw new Error(`it knows no ${name}`);
    world.apply({ kind: 'presence', presence });
  };
  const server: PostgresServer & Pick<PostgresFront, 'warm'> = {
    warm: () => front.warm(),
    host: '127.0.0.1',
    port,
    socketFolder: folder,
    dataFolder: folder,
    log,
    async start(...settings) {
      const commandLine = Object.fromEntries(
        settings.map((setting) => [setting.split('=')[0] ?? '', setting.replace(/^[^=]*=/, '')]),
      );
      world.apply({ kind: 'restart', commandLine });
      await front.settled();
    },
    launch: () => world.apply({ kind: 'presence', presence: 'starting' }),
    crash() {
      world.apply({ kind: 'crash' });
      world.after(RECOVERY_MS, () => world.apply({ kind: 'presence', presence: 'up' }));
    },
    signalAll: async (name) => become(name),
    signal: become,
    async kill() {
      world.apply({ kind: 'presence', presence: 'down' });
      await front.settled();
    },
    async remove() {
      for (const standby of standbys) await standby.remove();
      for (const client of clients) client.removeAllListeners('end');
      await server.kill();
      await front.close();
      await rm(folder, { recursive: true, force: true });
    },
    async client(config = {}) {
      const login = { host: folder, port, user: 'admin', database: 'postgres' };
      const client = new Client({ ...login, ...config });
      // They die with the server.
      client.on('error', () => {});
      await client.connect();
      clients.push(client);
      return client;
    },
    async sql(text) {
      const client = await server.client();
      await client.query(text);
      await client.end();
    },
    configure: async (name, value) => world.apply({ kind: 'file', name, value }),
    async standby() {
      const { position, roles } = world.state;
      const following = {
        ...{ status: null, slot: null, senderHost: folder, senderPort: port, latest: position },
        ...{ received: position, replayed: position, paused: false, lastReplayedAt: Date.now() },
      };
      const fresh = newDatabase(Date.now(), { presence: 'down', roles, following });
      const own = memoryDatabase(fresh, systemClock);
      const link = { application: 'walreceiver', client: null };
      followPrimary(world, own, { ...link, senderHost: folder, senderPort: port });
      const standby = await serverOf(own);
      standbys.push(standby);
      return standby;
    },
  };
  return server;
}

/** The simulated PostgreSQL in the place of a real one; it is not started yet. */
export function simulatedServer(): Promise<PostgresServer> {
  return serverOf(memoryDatabase(newDatabase(Date.now(), { presence: 'down' }), systemClock));
}
