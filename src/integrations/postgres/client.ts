import type { Client, QueryConfig } from 'pg';
import { timeLimit } from '../../domain/time-limit.ts';
import { isReply, passwordWanted, postgresFailure, postgresTimeout } from './failure.ts';
import { type SessionOptions, startupSettings } from './session.ts';
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
  /** Read-only, and short of every wait, unless told. */
  readonly session?: SessionOptions;
  /** Takes what the server says meanwhile, e.g. the lines of VACUUM VERBOSE; not sanitized. */
  readonly onNotice?: (line: string) => void;
}

/** A row as the server's text of each column. */
export type Row = Readonly<Record<string, string | null>>;
/** The rows of one statement. */
export type Rows = readonly Row[];

/** A value that is bound to a statement, never part of its text. */
export type Bound = string | number | boolean | null | readonly (string | number)[];

/** What one statement gave: columns in order, as names can stand twice. */
export interface Answer {
  readonly fields: readonly { readonly name: string; readonly type: number }[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** Rows read or changed; null where the statement counts none. */
  readonly count: number | null;
}

/**
 * One connection to one server, read-only unless told, that never waits long for anything. It is never
 * opened again: after any failure of the connection every call fails, and whoever wants more makes a
 * new client, with the address of that moment.
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
  /**
   * Runs exactly one statement with bound values: the server takes no second one in its text.
   * @throws OperatorError as `query`
   */
  ask(
    text: string,
    values: readonly Bound[],
    signal: AbortSignal,
    limitMs?: number,
  ): Promise<Answer>;
  close(): void;
}

/** How this program names itself in `pg_stat_activity`. */
export const APPLICATION_NAME = 'opsconsole';

/**
 * No conversion on the server: the query of a session in a database of another encoding need not be
 * convertible, and would fail the whole answer.
 */
const ENCODING = `SELECT set_config('client_encoding', 'SQL_ASCII', false)
  WHERE current_setting('server_encoding') <> 'UTF8'`;

/** The server ends by itself what it does for a client that is gone; versions before 14 cannot. */
const WATCH_CONNECTION = `SELECT set_config('client_connection_check_interval', '2s', false)
  FROM pg_catalog.pg_settings WHERE name = 'client_connection_check_interval'`;

/** The library's own types lack the mode in which a server takes one statement only. */
type ExtendedQuery = QueryConfig & { readonly rowMode: 'array'; readonly queryMode: 'extended' };

/** As the server reads it: the library would write an array or an object in its own way. */
function boundText(value: Bound): string | null {
  if (value === null) return null;
  if (typeof value !== 'object') return String(value);
  const quoted = value.map((item) => `"${String(item).replace(/["\\]/g, '\\$&')}"`);
  return `{${quoted.join(',')}}`;
}

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
      options: startupSettings(timeoutMs, options.session),
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
    const { onNotice } = options;
    if (onNotice !== undefined) {
      client.on('notice', ({ message }) => onNotice(message ?? ''));
    }
    await client.connect();
    await client.query(ENCODING);
    if (options.session !== undefined) await client.query(WATCH_CONNECTION);
    library = client;
    return client;
  }

  /** Waits for `answer`; drops the connection when the time or the caller's patience ends. */
  function limited<T>(answer: Promise<T>, signal: AbortSignal, limitMs: number): Promise<T> {
    const limit = AbortSignal.any([signal, timeLimit(limitMs)]);
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

  async function perform<T>(
    send: (client: Client) => Promise<T>,
    signal: AbortSignal,
    limitMs: number,
  ): Promise<T> {
    signal.throwIfAborted();
    try {
      opening ??= start();
      const client = await limited(opening, signal, limitMs);
      if (!usable) throw cause ?? new Error('Client was closed');
      wire?.expectAnswer();
      return await limited(send(client), signal, limitMs);
    } catch (thrown) {
      if (thrown === signal.reason) throw thrown;
      if (!isReply(thrown)) drop();
      throw postgresFailure(thrown, where);
    }
  }

  return {
    where,
    get usable() {
      return usable;
    },
    async query(statements, signal, limitMs = timeoutMs) {
      const results = await perform(
        (client) => client.query<Record<string, string | null>>({ text: statements, types: text }),
        signal,
        limitMs,
      );
      return [results].flat().map(({ rows }) => rows);
    },
    async ask(statement, values, signal, limitMs = timeoutMs) {
      const config: ExtendedQuery = {
        text: statement,
        values: values.map(boundText),
        types: text,
        rowMode: 'array',
        queryMode: 'extended',
      };
      const { fields, rowCount, rows } = await perform(
        (client) => client.query<(string | null)[]>(config),
        signal,
        limitMs,
      );
      return {
        fields: fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID })),
        rows,
        count: rowCount,
      };
    },
    close() {
      if (library === null || !usable) return drop();
      usable = false;
      void library.end();
    },
  };
}
