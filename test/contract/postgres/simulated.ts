import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { systemClock } from '../../../src/domain/clock.ts';
import { memoryDatabase, newDatabase } from '../../../src/simulator/postgres/memory.ts';
import { postgresFront } from '../../../src/simulator/postgres/server.ts';
import { freePort } from '../../harness/free-port.ts';
import type { PostgresServer } from './server.ts';

const PRESENCES = { SIGSTOP: 'hung', SIGCONT: 'up', SIGTERM: 'stopping' } as const;

/** The simulated PostgreSQL in the place of a real one, with tables that start when they are needed. */
export async function simulatedServer(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'opsconsole-simulated-'));
  const port = await freePort();
  const world = memoryDatabase(newDatabase(Date.now(), { presence: 'down' }), systemClock);
  const front = postgresFront({
    world,
    tables: {},
    tcp: { host: '127.0.0.1', port },
    local: { folder, port },
  });
  const clients: Client[] = [];
  const become = (name: NodeJS.Signals) => {
    const presence = (PRESENCES as Partial<Record<string, 'hung' | 'up' | 'stopping'>>)[name];
    if (presence === undefined) throw new Error(`it knows no ${name}`);
    world.apply({ kind: 'presence', presence });
  };
  const no = (what: string): never => {
    throw new Error(`the simulated server has no ${what}: name the test among the exceptions`);
  };
  const server: PostgresServer = {
    host: '127.0.0.1',
    port,
    socketFolder: folder,
    get dataFolder() {
      return no('data folder');
    },
    get log() {
      return no('log');
    },
    async start(...settings) {
      const commandLine = Object.fromEntries(
        settings.map((setting) => [setting.split('=')[0] ?? '', setting.replace(/^[^=]*=/, '')]),
      );
      world.apply({ kind: 'restart', commandLine });
      await front.settled();
    },
    launch: () => no('start that fails'),
    signalAll: async (name) => become(name),
    signal: become,
    async kill() {
      world.apply({ kind: 'presence', presence: 'down' });
      await front.settled();
    },
    async remove() {
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
    standby: async () => no('standby of its own'),
  };
  return server;
}
