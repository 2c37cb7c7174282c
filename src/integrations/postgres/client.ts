import type { Client } from 'pg';
import { isReply, passwordWanted, postgresFailure, postgresTimeout } from './failure.ts';
import type { Wire } from './wire.ts';

/** `prefer` takes TLS if the server has it; only `verify` looks at whose certificate it is. */
export type PostgresTls = 'off' | 'prefer' | 'require' | 'verify';

export type PostgresAddress =
  | { readonly host: string; readonly port: number }
  /** The folder of the server's socket, which the port names. */
  | { readonly socketFolder: string; readonly port: number };

export interface PostgresOptions {
  readonly address: PostgresAddress;
  readonly database: string;
  readonly user: string;
  readonly password?: string;
  readonly tls?: PostgresTls;
  /** The authority's certificate, PEM. */
  readonly ca?: string;
  /** The limit of connecting and of every query. */
  readonly timeoutMs: number;
}

/** A row as the server's text of each column. */
export type Row = Readonly<Record<string, string | null>>;
/** The rows of one statement. */
export type Rows = readonly Row[];

/**
 * One connection to one server, read-only, that never waits long for anything. It is never opened
 * again: after any failure of the connection every call fails, and whoever wants more makes a new
 * client, with the address of that moment.
 */
export interface PostgresClient {
  /** `host:port` or the path of the socket, for words. */
  readonly where: string;
  /** False once the connection is of no more use. */
  readonly usable: boolean;
  /**
   * Runs statements in one round trip and one transaction; the time limit or an abort closes the
   * connection, and the server ends by itself what it was at.
   * @returns the rows of each statement
   * @throws OperatorError in words; its `cause` is what the server answered
   */
  query(text: string, signal: AbortSignal, limitMs?: number): Promise<readonly Rows[]>;
  close(): void;
}

/** How this program names itself in `pg_stat_activity`. */
const APPLICATION_NAME = 'opsconsole';
/** Statistics views wait for no lock; a catalogue that is being rewritten would make them. */
const LOCK_TIMEOUT_MS = 250;
/** The server gives up before this side does, so that nothing runs on for nobody. */
const SERVER_SHARE = 0.8;

/** What holds for the session from its first moment on. */
function settings(timeoutMs: number): string {
  return Object.entries({
    statement_timeout: Math.floor(timeoutMs * SERVER_SHARE),
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: timeoutMs,
    default_transaction_read_only: 'on',
    search_path: 'pg_catalog',
    client_min_messages: 'error',
    max_parallel_workers_per_gather: 0,
    jit: 'off',
    TimeZone: 'UTC',
    DateStyle: 'ISO',
  })
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

/**
 * No conversion on the server: the query of a session in a database of another encoding need not be
 * convertible, and would fail the whole answer.
 */
const ENCODING = `SELECT set_config('client_encoding', 'SQL_ASCII', false)
  WHERE current_setting('server_encoding') <> 'UTF8'`;

const text = { getTypeParser: () => (value: unknown) => value };

/** The address as people write it. */
function shownAddress(address: PostgresAddress): string {
  return 'host' in address
    ? `${address.host}:${address.port}`
    : `${address.socketFolder}/.s.PGSQL.${address.port}`;
}

/** Prepares a connection; it is opened by the first query. */
export function connectPostgres(options: PostgresOptions): PostgresClient {
  const { address, database, password, timeoutMs, user } = options;
  const where = shownAddress(address);
  let wire: Wire | null = null;
  let library: Client | null = null;
  let opening: Promise<Client> | null = null;
  let usable = true;
  // What broke the connection while nobody was asking anything.
  let cause: unknown = null;

  const drop = () => {
    usable = false;
    wire?.destroy();
  };

  async function start(): Promise<Client> {
    // Loaded at the first call: the first frame does not wait for them.
    const [{ Client: Library }, { Wire: Way }] = await Promise.all([
      import('pg'),
      import('./wire.ts'),
    ]);
    if (!usable) throw new Error('Client was closed');
    const { ca, tls = 'prefer' } = options;
    const way = new Way({ address, tls, where, ...(ca === undefined ? {} : { ca }) });
    wire = way;
    const client = new Library({
      user,
      database,
      password: async () => {
        if (password === undefined) throw passwordWanted(where);
        return password;
      },
      application_name: APPLICATION_NAME,
      options: settings(timeoutMs),
      // Said, so that the library does not look for them in the environment.
      host: 'host' in address ? address.host : address.socketFolder,
      port: address.port,
      ssl: false,
      sslnegotiation: 'postgres',
      stream: () => way,
    });
    client.on('error', (error) => {
      cause ??= error;
      usable = false;
    });
    client.on('end', () => {
      usable = false;
    });
    await client.connect();
    await client.query(ENCODING);
    library = client;
    return client;
  }

  /** Waits for `answer`; drops the connection when the time or the caller's patience ends. */
  function limited<T>(answer: Promise<T>, signal: AbortSignal, limitMs: number): Promise<T> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        const late = !signal.aborted || signal.reason?.name === 'TimeoutError';
        reject(late ? postgresTimeout(where, limitMs) : signal.reason);
        drop();
      };
      limit.addEventListener('abort', giveUp, { once: true });
      answer.then(resolve, reject).finally(() => limit.removeEventListener('abort', giveUp));
    });
  }

  return {
    where,
    get usable() {
      return usable;
    },
    async query(statements, signal, limitMs = timeoutMs) {
      signal.throwIfAborted();
      try {
        opening ??= start();
        const client = await limited(opening, signal, limitMs);
        if (!usable) throw cause ?? new Error('Client was closed');
        wire?.expectAnswer();
        const answer = client.query<Record<string, string | null>>({
          text: statements,
          types: text,
        });
        const results = await limited(answer, signal, limitMs);
        return [results].flat().map(({ rows }) => rows);
      } catch (thrown) {
        if (thrown === signal.reason) throw thrown;
        if (!isReply(thrown)) drop();
        throw postgresFailure(thrown, where);
      }
    },
    close() {
      if (library === null || !usable) return drop();
      usable = false;
      void library.end();
    },
  };
}
