import * as z from 'zod';
import { didYouMean } from '../../domain/nearest.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { shellWords } from '../../domain/shell-word.ts';
import type { Binding, RunContext } from '../contract.ts';
import type { PostgresAddress, PostgresClient, PostgresOptions } from './client.ts';
import { sqlStateOf } from './failure.ts';
import { openPostgres } from './login.ts';
import type { SessionOptions } from './session.ts';
import { createTurns, type Turns } from './turns.ts';

const TOO_MANY = '53300';
/** A connection comes free now and then on a server that is full. */
const TRIES = 5;
const TRY_AGAIN_MS = 300;

const USUAL_PORT = 5432;

/** A server of the region and how to log in to it. */
export interface KnownPostgres
  extends Pick<PostgresOptions, 'database' | 'user' | 'tls' | 'ca' | 'timeoutMs'> {
  /** The name of its source on the screen. */
  readonly source: string;
  /** Where it listens: the port of a role or service, or an address. */
  readonly at: { readonly service: string; readonly port: number } | PostgresAddress;
  /** Read when a connection needs it. @throws OperatorError when it is not set or cannot be read */
  readonly password?: () => string;
  /** Where a password is looked up when none is given, e.g. `~/.pgpass`. */
  readonly passwordFile?: string;
}

/** Every server of the region, those of the configuration and those of its pack; asked at each use. */
export type PostgresServers = () => readonly KnownPostgres[];

/** Which server a probe or an action means: by role, or by the name of its source. */
export const serverInput = {
  service: z.string().min(1).optional().describe('the role that is the PostgreSQL'),
  source: z.string().min(1).optional().describe('the database source, where there is no role'),
  database: z.string().min(1).optional().describe('another database of the same server'),
};

export interface ServerInput {
  readonly service?: string | undefined;
  readonly source?: string | undefined;
  readonly database?: string | undefined;
}

type Binder = Pick<RunContext, 'bind'>;

/** The binding of a role; null for what is no service here, such as a database outside of the project. */
function bindingOf(role: string, context: Binder): Binding | null {
  try {
    return context.bind(role);
  } catch (thrown) {
    if (thrown instanceof OperatorError) return null;
    throw thrown;
  }
}

function unknownServer(what: string, servers: readonly KnownPostgres[]): OperatorError {
  const names = servers.map(({ source }) => source);
  const add = 'say how to log in: `postgres` of the region in the configuration, or PGPASSWORD';
  const mend = names.length === 0 ? add : didYouMean(what, names, `known: ${names.join(', ')}`);
  return new OperatorError('missing', `Nobody says how to log in to the database ${what}`, mend);
}

/**
 * The server that is meant.
 * @throws OperatorError('missing') naming those that are known
 */
export function findServer(
  all: PostgresServers,
  { database, service, source }: ServerInput,
  context: Binder,
): KnownPostgres {
  const servers = all();
  if ((service === undefined) === (source === undefined)) {
    throw new OperatorError('failed', 'Which database is meant?', 'give `service` or `source`');
  }
  const found =
    service === undefined
      ? servers.find((one) => one.source === source)
      : (byRole(service, servers, context) ?? (servers.length === 1 ? servers[0] : undefined));
  if (found === undefined) throw unknownServer(service ?? source ?? '', servers);
  return database === undefined ? found : { ...found, database };
}

function byRole(role: string, servers: readonly KnownPostgres[], context: Binder) {
  const bound = bindingOf(role, context);
  const names = [role, ...(bound === null ? [] : [bound.service])];
  return (
    servers.find(({ at }) => 'service' in at && names.includes(at.service)) ??
    servers.find(({ source }) => names.includes(source))
  );
}

/** `psql -h postgres -U falcon -d falcon_inference`, for the words of commands. */
export function psqlWords(server: KnownPostgres, context: Binder): readonly string[] {
  const { at, database, user } = server;
  const host =
    'service' in at
      ? (bindingOf(at.service, context)?.service ?? at.service)
      : 'host' in at
        ? at.host
        : at.socketFolder;
  const port = at.port === USUAL_PORT ? [] : ['-p', String(at.port)];
  return ['psql', '-h', host, ...port, '-U', user, '-d', database];
}

/** A statement as it would be typed; words of a dialog, never carried out. */
export function psql(
  all: PostgresServers,
  input: ServerInput,
  context: Binder,
  statement: string,
): string {
  const server = findServer(all, input, context);
  return shellWords([...psqlWords(server, context), '-c', statement]);
}

export interface UseOptions {
  /** The usual one only reads statistics. */
  readonly session?: SessionOptions;
  /** The limit of each query on this side; that of the server's source unless told. */
  readonly timeoutMs?: number;
  readonly onNotice?: (line: string) => void;
}

/** A server without a connection to spare must not lose its last ones to those who look at it. */
const turnsOf = new WeakMap<PostgresServers, Turns>();

function turnsAt(servers: PostgresServers): Turns {
  const turns = turnsOf.get(servers) ?? createTurns();
  turnsOf.set(servers, turns);
  return turns;
}

/**
 * Runs `use` on a connection of its own to the server of this moment, few at once, and closes it.
 * @throws OperatorError when it has no address, or does not answer
 */
export async function withPostgres<T>(
  all: PostgresServers,
  input: ServerInput,
  context: RunContext,
  use: (client: PostgresClient, server: KnownPostgres) => Promise<T>,
  options: UseOptions = {},
): Promise<T> {
  const server = findServer(all, input, context);
  const once = () => useOne(server, context, use, options);
  return turnsAt(all).take(() => untilLetIn(once, context), context.signal);
}

/** Again while the server has no connection left: it says so before it does anything. */
async function untilLetIn<T>(once: () => Promise<T>, { clock, signal }: RunContext): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await once();
    } catch (thrown) {
      if (tries === TRIES || sqlStateOf(thrown) !== TOO_MANY) throw thrown;
      await new Promise<void>((resolve) => clock.after(TRY_AGAIN_MS, resolve));
      signal.throwIfAborted();
    }
  }
}

async function useOne<T>(
  server: KnownPostgres,
  context: RunContext,
  use: (client: PostgresClient, server: KnownPostgres) => Promise<T>,
  { onNotice, session, timeoutMs }: UseOptions,
): Promise<T> {
  const { at, password, ...login } = server;
  const client = await openPostgres(
    {
      ...login,
      ...(password === undefined ? {} : { password: password() }),
      address: async () => ('service' in at ? context.address(at.service, at.port) : at),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(session === undefined ? {} : { session }),
      ...(onNotice === undefined ? {} : { onNotice }),
    },
    context.signal,
  );
  try {
    return await use(client, server);
  } finally {
    client.close();
  }
}
