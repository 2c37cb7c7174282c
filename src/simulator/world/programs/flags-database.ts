import { connectionsUsed } from '../../postgres/world.ts';
import type { Container } from '../container.ts';
import { reach } from '../names.ts';
import type { World } from '../world.ts';
import type { FlagsProcess } from './flags-state.ts';
import {
  databaseOf,
  moveDatabase,
  type PostgresProcess,
  type Sent,
  sendQuery,
} from './postgres.ts';

/** What a server's sessions call themselves. */
const APPLICATION = 'featuresignals-server';
const PORT = 5432;
/** Connections that the pool keeps. */
const KEEPS = 5;

export const READ: Sent = {
  query: 'SELECT key, rules FROM flags WHERE environment_id = $1',
  table: null,
};
export const WRITE: Sent = {
  query: 'UPDATE flags SET rules = $2, version = version + 1 WHERE id = $1',
  table: 'public.flags',
};

/** What came of a statement. */
type Asked =
  | { readonly ok: true; readonly tookMs: number }
  | { readonly ok: false; readonly tookMs: number; readonly message: string };

const failed = (tookMs: number, message: string): Asked => ({ ok: false, tookMs, message });

/** Where the settings of a container say that its database is. */
function addressOf({ env }: Container): URL | null {
  return URL.parse(env['DATABASE_URL'] ?? '');
}

/** The Postgres of this world that its settings lead to; null where none does, or it is elsewhere. */
function serverOf(world: World, container: Container) {
  const reached = reach(world, container, addressOf(container)?.hostname ?? '', PORT);
  if ('failure' in reached || reached.container.process?.kind !== 'postgres') return null;
  return { container: reached.container, process: reached.container.process };
}

/** The database that stands for the own one once it was promoted. */
function isElsewhere(world: World, container: Container): boolean {
  const { standby } = world.site;
  return standby !== null && standby.host === addressOf(container)?.hostname;
}

function letsIn(world: World, container: Container, process: PostgresProcess): boolean {
  const { username = '', password = '' } = addressOf(container) ?? {};
  const role = databaseOf(world, process).state.roles.find(({ name }) => name === username);
  return role?.password === decodeURIComponent(password);
}

/** Sends one statement, over the pool. */
export function ask(
  world: World,
  container: Container,
  server: FlagsProcess,
  sent: Sent,
  at: number,
): Asked {
  if (isElsewhere(world, container)) {
    const writable = world.site.standby?.writable === true || sent.table === null;
    return writable
      ? { ok: true, tookMs: 9 }
      : failed(9, 'cannot execute UPDATE in a read-only transaction');
  }
  const found = serverOf(world, container);
  if (found === null) return failed(2, 'dial tcp: connect: connection refused');
  const { process } = found;
  const known = server.pool?.startedAt === process.startedAt ? server.pool.pids : [];
  if (known.length === 0 && !letsIn(world, container, process)) {
    return failed(4, 'password authentication failed for user "fs" (SQLSTATE 28P01)');
  }
  const client = `172.19.0.${10 + container.number}`;
  const { username: user = 'fs', pathname = '/featuresignals' } = addressOf(container) ?? {};
  const database = pathname.slice(1);
  const living = new Set(databaseOf(world, process).state.sessions.map(({ pid }) => pid));
  const pids = known.filter((pid) => living.has(pid));
  const writer = { pids, keeps: KEEPS, user, database, client, application: APPLICATION };
  const told = sendQuery(world, { process, state: found.container.state }, writer, at, sent);
  server.pool = { startedAt: process.startedAt, pids: told.pids ?? pids };
  return told.ok ? told : failed(told.tookMs, told.message);
}

/** How much of the connections of its Postgres is taken, 0 to 1; null where it cannot be asked. */
export function takenShare(world: World, container: Container): number | null {
  const found = serverOf(world, container);
  if (found === null) return isElsewhere(world, container) ? 0.1 : null;
  const { state } = databaseOf(world, found.process);
  return connectionsUsed(state) / Number(state.settings['max_connections']?.value ?? 100);
}

/** Takes connections out of the pool that nobody gives back, until so many of the server's are taken. */
export function leak(world: World, container: Container, server: FlagsProcess, upTo: number): void {
  const found = serverOf(world, container);
  if (found === null) return;
  const leaked: number[] = [];
  for (;;) {
    const { state } = databaseOf(world, found.process);
    if (connectionsUsed(state) >= upTo) break;
    const session = {
      ...{ user: 'fs', database: 'featuresignals', application: APPLICATION },
      ...({ pid: state.nextPid, client: '172.19.0.11', state: 'idle' } as const),
      ...{ query: READ.query, queryStart: world.now },
    };
    leaked.push(session.pid);
    moveDatabase(world, found.process, { kind: 'connect', session });
  }
  server.leaked = [...server.leaked, ...leaked];
}

/** Ends all connections of a server that is gone. */
export function leave(world: World, { leaked, pool }: FlagsProcess): void {
  const pids = [...(pool?.pids ?? []), ...leaked];
  if (pids.length === 0) return;
  for (const { process } of world.containers.values()) {
    if (process?.kind !== 'postgres') continue;
    for (const pid of pids) moveDatabase(world, process, { kind: 'leave', pid });
  }
}
