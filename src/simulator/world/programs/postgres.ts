import { changed } from '../../postgres/change.ts';
import { blockersOf, isWaiting } from '../../postgres/locks.ts';
import { newDatabase } from '../../postgres/memory.ts';
import { withCommandLine } from '../../postgres/settings.ts';
import {
  connectionsUsed,
  type DatabaseChange,
  type DatabaseState,
  type LockMode,
} from '../../postgres/world.ts';
import type { Container } from '../container.ts';
import { queueMs } from '../queue.ts';
import { around } from '../random.ts';
import type { World } from '../world.ts';

/** A database server that runs. All it knows lies on its volume. */
export interface PostgresProcess {
  readonly kind: 'postgres';
  readonly startedAt: number;
  readonly readyAt: number;
  /** Whose data it serves: the key of `World.databases`. */
  readonly volume: string;
  /** It cannot go on starting. */
  readonly crash: { readonly at: number; readonly exitCode: number } | null;
}

/** A server's data, and what the programs of this world wrote there. */
export interface Database {
  readonly state: DatabaseState;
  /** Rows written so far by the programs of this world. */
  readonly written: number;
  /** Rows that were deleted, whose room a vacuum gives back. */
  readonly dead: number;
  /** Its rows are gone, until a backup is restored. */
  readonly lost: boolean;
}

/** A statement that programs of the world send; null for the table of one that only reads. */
export interface Sent {
  readonly query: string;
  readonly table: string | null;
}

/** The table that requests are logged in. */
const LOG_TABLE = 'public.inference_logs';
const INSERT: Sent = {
  query: 'INSERT INTO inference_logs (request_id, worker_id, …) VALUES ($1, $2, …)',
  table: LOG_TABLE,
};
/** How a write locks its table. */
const MODE: LockMode = 'RowExclusiveLock';
const WRITES = /^(?:INSERT|UPDATE)\b/;
const DATA = '/var/lib/postgresql/data';
const MIB = 1024 * 1024;
/** What its buffers are counted in. */
const PAGE_BYTES = 8192;
/** How long it takes until it asks for them. */
const MAPS_MS = 400;
const INSERT_MS = 2;
/** What a query that keeps a processor busy costs everybody else, ms. */
const CROWDED_MS = 45;
/** Sessions that a server can run beside each other without one waiting for the other. */
const AT_ONCE = 4;

/** The version of an image such as `postgres:16-alpine`. */
function versionOf({ image }: Container) {
  const sixteen = image.startsWith('postgres:16');
  return sixteen
    ? { version: '16.4', versionNumber: 160_004 }
    : { version: '15.6', versionNumber: 150_006 };
}

function firstState(container: Container, now: number): DatabaseState {
  const name = container.env['POSTGRES_USER'] ?? 'postgres';
  const password = container.env['POSTGRES_PASSWORD'] ?? null;
  return newDatabase(now, {
    ...versionOf(container),
    roles: [{ name, login: true, password, superuser: true, memberOf: [] }],
    databases: [{ name: container.env['POSTGRES_DB'] ?? name, bytes: 96 * MIB }],
    tableBytes: { [LOG_TABLE]: 74 * MIB },
  });
}

/** Settings of its command line: `-c name=value`. */
function commandLineOf({ command }: Container): Readonly<Record<string, string>> {
  const pairs = command.flatMap((word, place) => {
    const [name, value] = (command[place - 1] === '-c' ? word : '').split('=', 2);
    return name !== undefined && value !== undefined ? [[name, value] as const] : [];
  });
  return Object.fromEntries(pairs);
}

/** Starts a server on the data of its volume, which is made where there is none. */
export function startedPostgres(
  world: World,
  container: Container,
  readyAt: number,
): PostgresProcess {
  const mounted = [...container.volumes, ...container.binds].find(([, to]) => to === DATA);
  const volume = mounted?.[0] ?? container.id;
  const known = world.databases.get(volume);
  const commandLine = commandLineOf(container);
  const first = firstState(container, world.now);
  const state =
    known === undefined
      ? { ...first, settings: withCommandLine(first.settings, commandLine) }
      : changed(known.state, { kind: 'restart', commandLine }, world.now);
  const { dead = 0, lost = false, written = 0 } = known ?? {};
  world.databases.set(volume, { written, dead, lost, state });
  const bytes = Number(state.settings['shared_buffers']?.value) * PAGE_BYTES;
  const crash =
    bytes < world.site.host.memoryBytes ? null : { at: world.now + MAPS_MS, exitCode: 1 };
  return { kind: 'postgres', startedAt: world.now, readyAt, volume, crash };
}

/** The data that a server serves. */
export function databaseOf(world: World, { volume }: PostgresProcess): Database {
  const found = world.databases.get(volume);
  if (found === undefined) throw new Error(`there is no data on ${volume}`);
  return found;
}

/** Moves a server's state. */
export function moveDatabase(world: World, process: PostgresProcess, change: DatabaseChange): void {
  const database = databaseOf(world, process);
  const state = changed(database.state, change, world.now);
  world.databases.set(process.volume, { ...database, state });
}

/** How something that was asked of a server ended, with an error in the words of its client. */
export type Told =
  | { readonly ok: true; readonly tookMs: number; readonly pids: readonly number[] }
  | {
      readonly ok: false;
      readonly tookMs: number;
      readonly type: string;
      readonly message: string;
      readonly retryable: boolean;
      /** Of the connections those that live, where one was found dead. */
      readonly pids?: readonly number[];
    };

/** Who writes: their connections so far, and how many they keep. */
interface Writer {
  /** How it calls itself. */
  readonly application?: string;
  readonly pids: readonly number[];
  readonly keeps: number;
  readonly user: string;
  readonly database: string;
  readonly client: string;
}

/** How long a program waits for an answer. */
const PATIENCE_MS = 2000;
const RESERVED = 'superuser_reserved_connections';

function connected(world: World, process: PostgresProcess, writer: Writer): readonly number[] {
  const { state } = databaseOf(world, process);
  const { nextPid } = state;
  const { application = '', user, database, client } = writer;
  const free = Number(state.settings['max_connections']?.value) - connectionsUsed(state);
  const superuser = state.roles.some((role) => role.name === user && role.superuser);
  const most = superuser ? free : free - Number(state.settings[RESERVED]?.value);
  const missing = Math.min(writer.keeps - writer.pids.length, most);
  const pids = [...writer.pids];
  for (let n = 0; n < missing; n += 1) {
    const pid = nextPid + n;
    moveDatabase(world, process, {
      kind: 'connect',
      session: { pid, user, database, application, client },
    });
    pids.push(pid);
  }
  return pids;
}

/** Whether somebody holds a lock that an insert would have to wait for. */
function isLocked(state: DatabaseState, pid: number, { table }: Sent, now: number): boolean {
  if (table === null || state.locks.length === 0) return false;
  const lock = { pid, target: { table, row: null }, mode: MODE };
  return blockersOf(changed(state, { kind: 'lock', lock }, now), pid).length > 0;
}

/** Its client gives up; the session itself goes on waiting. */
function hold(world: World, process: PostgresProcess, pid: number, { query, table }: Sent): void {
  const times = { queryStart: world.now, transactionStart: world.now };
  const patch = { state: 'active', query, ...times } as const;
  moveDatabase(world, process, { kind: 'session', pid, patch });
  const target = { table: table ?? '', row: null };
  moveDatabase(world, process, { kind: 'lock', lock: { pid, target, mode: MODE } });
}

/** What becomes of a server by itself: who waited for a lock and has it now writes, and is done. */
export function tickPostgres(world: World, process: PostgresProcess): void {
  const { state } = databaseOf(world, process);
  for (const { pid, mode, granted } of state.locks) {
    const session = state.sessions.find((one) => one.pid === pid);
    const waited = granted && mode === MODE && session?.state === 'active';
    if (!waited || session.connected || !WRITES.test(session.query)) continue;
    moveDatabase(world, process, { kind: 'unlock', pid });
    const patch = { state: 'idle', transactionStart: null } as const;
    moveDatabase(world, process, { kind: 'session', pid, patch });
  }
}

const refused = (tookMs: number, type: string, message: string, retryable = false) =>
  ({ ok: false, tookMs, type, message, retryable }) as const;

const LATE = refused(PATIENCE_MS, 'TimeoutError', 'Query read timeout', true);

const LOST = 'relation "flags" does not exist (SQLSTATE 42P01)';

/** Sends a statement over one of a program's connections, which are made where they are missing. */
export function sendQuery(
  world: World,
  { process, state: of }: { process: PostgresProcess; state: Container['state'] },
  writer: Writer,
  at: number,
  sent: Sent = INSERT,
): Told {
  if (of === 'paused') return { ...LATE, message: 'timeout expired' };
  if (at < process.readyAt) {
    return refused(2, 'CannotConnectNowError', 'the database system is starting up');
  }
  const living = new Set(databaseOf(world, process).state.sessions.map(({ pid }) => pid));
  if (writer.pids.some((pid) => !living.has(pid))) {
    const pids = writer.pids.filter((pid) => living.has(pid));
    return { ...refused(1, 'InterfaceError', 'connection is closed', true), pids };
  }
  const pids = connected(world, process, writer);
  if (pids.length === 0) {
    return refused(3, 'TooManyConnectionsError', 'sorry, too many clients already');
  }
  const { lost, state } = databaseOf(world, process);
  if (lost) return refused(2, 'UndefinedTableError', LOST);
  const pid = pids.find((one) => !isWaiting(state, one));
  if (pid === undefined) return LATE;
  if (isLocked(state, pid, sent, world.now)) {
    hold(world, process, pid, sent);
    return { ...LATE, pids };
  }
  if (state.diskFull && sent.table !== null) {
    const message = 'could not extend file "base/16384/16397": No space left on device';
    return refused(4, 'DiskFullError', message);
  }
  const works = (one: DatabaseState['sessions'][number]) =>
    one.state === 'active' && !one.connected && one.waitEventType !== 'Client';
  const active = state.sessions.filter(works).length;
  const server = [...world.containers.values()].find((one) => one.process === process);
  const waitsMs =
    Math.max(0, active - AT_ONCE) * CROWDED_MS + queueMs(world, server?.service ?? null);
  const tookMs = around(world, INSERT_MS + waitsMs);
  if (tookMs > PATIENCE_MS) return LATE;
  const patch = { query: sent.query, queryStart: at };
  moveDatabase(world, process, { kind: 'session', pid, patch });
  const database = databaseOf(world, process);
  const written = database.written + Number(sent.table !== null);
  world.databases.set(process.volume, { ...database, written });
  return { ok: true, tookMs, pids };
}
