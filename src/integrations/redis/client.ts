import { isIP } from 'node:net';
import type { Redis } from 'ioredis';
import { timeLimit } from '../../domain/time-limit.ts';
import { redisFailure, redisFlood, redisHungUp, redisTimeout } from './failure.ts';

/** Where a Redis listens: a port, or a socket on this host. */
export type RedisAddress =
  | { readonly host: string; readonly port: number }
  | { readonly path: string };

/** What TLS needs beyond the certificates this system trusts; PEM texts. */
export interface RedisTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name its certificate must bear, where it is not the host's. */
  readonly servername?: string;
  /** Takes any certificate: for a region whose certificates nobody can check. */
  readonly insecure?: boolean;
}

/** How to log in, and what to say on the way. */
export interface RedisLogin {
  readonly username?: string;
  readonly password?: string;
  readonly db?: number;
  /** The limit of connecting and of every command. */
  readonly timeoutMs?: number;
  /** Present where it speaks TLS. */
  readonly tls?: RedisTls;
}

export type RedisOptions = RedisAddress & RedisLogin;

/**
 * One connection to one Redis. It is never opened again: after any failure of the connection every
 * call fails, and whoever wants more makes a new client, with the address of that moment.
 */
export interface RedisClient {
  /** `host:port` or the path of its socket, for words. */
  readonly where: string;
  /** False once the connection is of no more use. */
  readonly usable: boolean;
  /**
   * Sends a command and waits for its answer; the time limit or an abort closes the connection.
   * @throws OperatorError in words
   */
  call(command: string, args: readonly string[], signal: AbortSignal): Promise<unknown>;
  close(): void;
}

/** Opens clients; the caller binds credentials. */
export type OpenRedis = (address: { readonly host: string; readonly port: number }) => RedisClient;

const DEFAULT_TIMEOUT_MS = 3000;
/** A connection that brings more than this for one command is no Redis that can be read. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;
const OVERHEARD_BYTES = 300;
/** How this program names its connections in CLIENT LIST. */
export const CONNECTION_NAME = 'opsconsole';

/**
 * The library as a plain connection: no reconnecting, no queue, no handshake of its own, since it
 * prints the handshake's warnings to the screen.
 */
async function plainConnection(options: RedisOptions, timeoutMs: number): Promise<Redis> {
  // Loaded at the first call: the first frame does not wait for it.
  const library = (await import('ioredis')).default;
  const { tls } = options;
  return new library.Redis({
    ...('path' in options ? { path: options.path } : { host: options.host, port: options.port }),
    ...(tls === undefined ? {} : { tls: tlsOptions(tls, options) }),
    lazyConnect: true,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    autoResendUnfulfilledCommands: false,
    disableClientInfo: true,
    protocol: 2,
    connectTimeout: timeoutMs,
    disconnectTimeout: 1,
  });
}

function tlsOptions(tls: RedisTls, address: RedisAddress) {
  const { insecure = false, ...files } = tls;
  // An address is no name a certificate is asked for; a name is sent, as a proxy needs it.
  const named = 'host' in address && isIP(address.host) === 0 ? { servername: address.host } : {};
  return { ...named, ...files, rejectUnauthorized: !insecure };
}

/** Logs in and says who this is, on a connection that stands. */
async function logIn(connection: Redis, { username, password, db }: RedisLogin): Promise<void> {
  if (password !== undefined) {
    await connection.call('AUTH', ...(username === undefined ? [] : [username]), password);
  }
  await connection.call('CLIENT', 'SETNAME', CONNECTION_NAME).catch((thrown: unknown) => {
    // Cosmetic: a user without the right to it can still read.
    if (!(isReply(thrown) && /^(?:NOPERM|ERR unknown)/.test(thrown.message))) throw thrown;
  });
  if (db !== undefined && db !== 0) await connection.call('SELECT', String(db));
}

/** What is seen of a connection's bytes, beside the library. */
interface Overheard {
  /** A new answer begins: its bytes are counted from here. */
  begin(): void;
  /** What came was the answer to what was asked. */
  understood(): void;
  readonly answered: boolean;
  /** What it said last, if that was an error: some are said unasked, before it hangs up. */
  readonly lastError: Error | null;
}

/** Listens beside the library; calls `flooded` when more comes than any answer needs. */
function overhear(connection: Redis, flooded: () => void): Overheard {
  let bytes = 0;
  let last = '';
  let answered = false;
  connection.once('connect', () => {
    connection.stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      answered = true;
      last = chunk.subarray(0, OVERHEARD_BYTES).toString('latin1');
      if (bytes > ANSWER_BYTES_MAX) flooded();
    });
  });
  return {
    begin() {
      bytes = 0;
    },
    understood() {
      last = '';
    },
    get answered() {
      return answered;
    },
    get lastError() {
      const said = /^-([^\r\n]+)/.exec(last)?.[1];
      return said === undefined ? null : new Error(said);
    },
  };
}

/**
 * Waits for `answer`, `timeoutMs` at most.
 * @param giveUp is called when the time or the caller's patience ends; gives the error of the time
 */
function limited<T>(
  answer: Promise<T>,
  timeoutMs: number,
  signal: AbortSignal,
  giveUp: () => Error,
): Promise<T> {
  const limit = AbortSignal.any([signal, timeLimit(timeoutMs)]);
  return new Promise((resolve, reject) => {
    const end = () => {
      const late = giveUp();
      const timedOut = !signal.aborted || signal.reason?.name === 'TimeoutError';
      reject(timedOut ? late : signal.reason);
    };
    limit.addEventListener('abort', end, { once: true });
    answer.then(resolve, reject).finally(() => limit.removeEventListener('abort', end));
  });
}

/** Prepares a connection; it is opened by the first call. */
export function connectRedis(options: RedisOptions): RedisClient {
  const where = 'path' in options ? options.path : `${options.host}:${options.port}`;
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  let redis: Redis | null = null;
  let usable = true;
  let opening: Promise<Redis> | null = null;
  // The library reports the cause here, and rejects calls with a bare "Connection is closed".
  let cause: unknown = null;
  let overheard: Overheard | null = null;

  const close = () => {
    usable = false;
    const closing = redis;
    redis = null;
    closing?.disconnect();
  };

  async function start(): Promise<Redis> {
    const connection = await plainConnection(options, timeoutMs);
    redis = connection;
    connection.on('error', (error) => {
      cause ??= error;
    });
    overheard = overhear(connection, () => {
      cause ??= redisFlood(where, ANSWER_BYTES_MAX);
      close();
    });
    connection.on('end', () => {
      usable = false;
    });
    if (!usable) throw new Error('Connection is closed.');
    await connection.connect();
    await logIn(connection, options);
    overheard.understood();
    return connection;
  }

  const giveUp = () => {
    close();
    return redisTimeout(where, timeoutMs, options.tls !== undefined);
  };

  /** Why the connection is of no more use. */
  function broken(thrown: unknown, command: string): unknown {
    const failed = redisFailure(isBareClose(thrown) ? (cause ?? thrown) : thrown, where, command);
    if (failed.kind !== 'unreachable' || overheard === null) return failed;
    if (overheard.lastError !== null) return redisFailure(overheard.lastError, where, command);
    return overheard.answered || options.tls !== undefined ? failed : redisHungUp(failed);
  }

  return {
    where,
    get usable() {
      return usable;
    },
    async call(command, args, signal) {
      signal.throwIfAborted();
      try {
        opening ??= start();
        const connection = await limited(opening, timeoutMs, signal, giveUp);
        overheard?.begin();
        const asked = connection.call(command, ...args);
        const answer = await limited(asked, timeoutMs, signal, giveUp);
        overheard?.understood();
        return answer;
      } catch (thrown) {
        if (thrown === signal.reason) throw thrown;
        if (isReply(thrown)) {
          overheard?.understood();
          throw redisFailure(thrown, where, command);
        }
        close();
        throw broken(thrown, command);
      }
    },
    close,
  };
}

function isBareClose(thrown: unknown): boolean {
  return thrown instanceof Error && /^(?:Connection is closed|Stream isn't)/.test(thrown.message);
}

/** True for an error Redis answered with: the connection is still good. */
function isReply(thrown: unknown): thrown is Error {
  return thrown instanceof Error && thrown.name === 'ReplyError';
}
