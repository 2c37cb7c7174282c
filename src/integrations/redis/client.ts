import type { Redis } from 'ioredis';
import { redisFailure, redisTimeout } from './failure.ts';

export interface RedisOptions {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly db?: number;
  /** The limit of connecting and of every command. */
  readonly timeoutMs?: number;
}

/**
 * One connection to one Redis. It is never opened again: after any failure of the connection every
 * call fails, and whoever wants more makes a new client, with the address of that moment.
 */
export interface RedisClient {
  /** `host:port`, for words. */
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
/** How this program names its connections in CLIENT LIST. */
export const CONNECTION_NAME = 'opsconsole';

/**
 * The library as a plain connection: no reconnecting, no queue, no handshake of its own, since it
 * prints the handshake's warnings to the screen.
 */
async function plainConnection(options: RedisOptions, timeoutMs: number): Promise<Redis> {
  // Loaded at the first call: the first frame does not wait for it.
  const library = (await import('ioredis')).default;
  return new library.Redis({
    host: options.host,
    port: options.port,
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

/** Prepares a connection; it is opened by the first call. */
export function connectRedis(options: RedisOptions): RedisClient {
  const where = `${options.host}:${options.port}`;
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  let redis: Redis | null = null;
  let usable = true;
  let opening: Promise<Redis> | null = null;
  // The library reports the cause here, and rejects calls with a bare "Connection is closed".
  let cause: unknown = null;

  const close = () => {
    usable = false;
    redis?.disconnect();
  };

  async function start(): Promise<Redis> {
    const connection = await plainConnection(options, timeoutMs);
    redis = connection;
    connection.on('error', (error) => {
      cause ??= error;
    });
    connection.on('end', () => {
      usable = false;
    });
    if (!usable) throw new Error('Connection is closed.');
    await connection.connect();
    const { username, password, db } = options;
    if (password !== undefined) {
      await connection.call('AUTH', ...(username === undefined ? [] : [username]), password);
    }
    // Cosmetic: a user without the right to it can still read.
    await connection.call('CLIENT', 'SETNAME', CONNECTION_NAME).catch(() => null);
    if (db !== undefined && db !== 0) await connection.call('SELECT', String(db));
    return connection;
  }

  /** Waits for `answer`; closes the connection when the time or the caller's patience ends. */
  function limited<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        close();
        const late = !signal.aborted || signal.reason?.name === 'TimeoutError';
        reject(late ? redisTimeout(where, timeoutMs) : signal.reason);
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
    async call(command, args, signal) {
      signal.throwIfAborted();
      try {
        opening ??= start();
        const connection = await limited(opening, signal);
        return await limited(connection.call(command, ...args), signal);
      } catch (thrown) {
        if (thrown === signal.reason) throw thrown;
        const failed = redisFailure(isBareClose(thrown) ? (cause ?? thrown) : thrown, where);
        if (!isReply(thrown)) close();
        throw failed;
      }
    },
    close,
  };
}

function isBareClose(thrown: unknown): boolean {
  return thrown instanceof Error && /^(?:Connection is closed|Stream isn't)/.test(thrown.message);
}

/** True for an error Redis answered with: the connection is still good. */
function isReply(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'ReplyError';
}
