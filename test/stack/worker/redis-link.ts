import { Redis } from 'ioredis';
import { DependencyError } from './retry.ts';
import { settings } from './settings.ts';

const where = `${settings.redisHost}:${settings.redisPort}`;

/** What redis-py says for the errors of a connection attempt. */
const connectWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: `Error 111 connecting to ${where}. Connection refused.`,
  EHOSTUNREACH: `Error 113 connecting to ${where}. No route to host.`,
  EAI_AGAIN: `Error -3 connecting to ${where}. Temporary failure in name resolution.`,
  ENOTFOUND: `Error -2 connecting to ${where}. Name or service not known.`,
  ECONNRESET: `Error while reading from ${where} : (104, 'Connection reset by peer')`,
};

/**
 * The connection to Redis: one, made again for as long as the worker lives. A command fails at
 * once without a connection, and a connection whose command timed out is given up, as redis-py
 * does, so that a hung or cut-off server is left behind.
 */
export class RedisLink {
  readonly #client: Redis;
  #lastError: NodeJS.ErrnoException | null = null;

  constructor() {
    this.#client = new Redis({
      host: settings.redisHost,
      port: settings.redisPort,
      lazyConnect: true,
      protocol: 2,
      disableClientInfo: true,
      enableReadyCheck: false,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      connectTimeout: settings.redisConnectTimeoutMs,
      commandTimeout: settings.redisSocketTimeoutMs,
      retryStrategy: () => 200,
    });
    this.#client.on('error', (error: NodeJS.ErrnoException) => {
      this.#lastError = error;
    });
    this.#client.on('ready', () => {
      this.#lastError = null;
    });
  }

  /** Connects; the link keeps trying in the background after a failure. */
  async connect(): Promise<void> {
    await this.#client.connect().catch(() => undefined);
    await this.ping();
  }

  /** Sends PING. */
  ping(): Promise<string> {
    return this.#send(() => this.#client.ping());
  }

  /** The value of a key, or null. */
  get(key: string): Promise<string | null> {
    return this.#send(() => this.#client.get(key));
  }

  /** Sets a key for some seconds. */
  setex(key: string, ttlSeconds: number, value: string): Promise<string> {
    return this.#send(() => this.#client.setex(key, ttlSeconds, value));
  }

  close(): void {
    this.#client.disconnect();
  }

  async #send<T>(command: () => Promise<T>): Promise<T> {
    try {
      return await command();
    } catch (error) {
      throw this.#translated(error as Error);
    }
  }

  #translated(error: Error): DependencyError {
    if (error.name === 'ReplyError')
      return new DependencyError('ResponseError', error.message, false);
    if (error.message === 'Command timed out') {
      if (this.#client.status === 'ready') this.#client.disconnect(true);
      return new DependencyError('TimeoutError', `Timeout reading from ${where}`, true);
    }
    const code = this.#lastError?.code;
    if (code === 'ETIMEDOUT') {
      return new DependencyError('TimeoutError', `Timeout connecting to ${where}`, true);
    }
    const words = (code && connectWords[code]) ?? 'Connection closed by server.';
    return new DependencyError('ConnectionError', words, true);
  }
}
