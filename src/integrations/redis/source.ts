import type { Cache, SlowCommand } from '../../domain/cache.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import type { Source } from '../../domain/source.ts';
import { steadyMs } from '../../domain/time-limit.ts';
import { connectRedis, type RedisAddress, type RedisClient, type RedisTls } from './client.ts';
import { decodeInfo, toCache } from './decode.ts';
import { decodeSlowLog } from './decode-clients.ts';
import { recentPast } from './recent.ts';

/** The slow log is read at every so many polls, and first on a new connection. */
const SLOW_LOG_EVERY_POLLS = 6;
const SLOW_LOG_ENTRIES = 10;

export interface RedisSourceOptions {
  readonly name: string;
  /** Asked at every new connection: a container that was started again may have a new address. */
  readonly address: () => Promise<RedisAddress>;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** An ACL user; it needs `+info +ping`, and `+slowlog|get` for the slow log. */
  readonly username?: string;
  /** A secret that is to be read only when it is needed is asked for at every new connection. */
  readonly password?: string | (() => string);
  /** Present where it speaks TLS. */
  readonly tls?: RedisTls;
}

/** Reads the slow log; null when this user may not. */
async function slowLogOf(
  client: RedisClient,
  signal: AbortSignal,
): Promise<readonly SlowCommand[] | null> {
  try {
    return decodeSlowLog(
      await client.call('SLOWLOG', ['GET', String(SLOW_LOG_ENTRIES)], signal),
    ).slice(0, SLOW_LOG_ENTRIES);
  } catch (thrown) {
    // A refusal leaves the connection good; anything else has closed it, and is told.
    if (thrown instanceof OperatorError && client.usable) return null;
    throw thrown;
  }
}

/** How long the server takes for the least it can be asked; null when this user may not ask. */
async function latencyOf(client: RedisClient, signal: AbortSignal): Promise<number | null> {
  const startedAt = steadyMs();
  try {
    await client.call('PING', [], signal);
  } catch (thrown) {
    if (thrown instanceof OperatorError && client.usable) return null;
    throw thrown;
  }
  return steadyMs() - startedAt;
}

/** Reads one server over connections that follow each other. */
function reader() {
  const recent = recentPast();
  let slowLog: readonly SlowCommand[] | null = null;
  let reads = 0;
  return {
    /** The next read is the first one of a new connection. */
    begin() {
      reads = 0;
    },
    async read(client: RedisClient, signal: AbortSignal): Promise<Cache> {
      const askedAt = steadyMs();
      const info = decodeInfo(await client.call('INFO', [], signal), client.where);
      const infoMs = steadyMs() - askedAt;
      const latencyMs = (await latencyOf(client, signal)) ?? infoMs;
      if (reads % SLOW_LOG_EVERY_POLLS === 0) slowLog = await slowLogOf(client, signal);
      reads += 1;
      return toCache(info, latencyMs, { recent: recent.add(info, askedAt), slowLog });
    },
  };
}

/** What a server tells, over one connection that is kept while it is good and dropped at any failure. */
export function redisSource(options: RedisSourceOptions): Source<'cache'> {
  const { name, address, intervalMs, timeoutMs, password, ...login } = options;
  const server = reader();
  let client: RedisClient | null = null;
  let closed = false;

  const drop = () => {
    client?.close();
    client = null;
  };

  return {
    name,
    kind: 'cache',
    intervalMs,
    timeoutMs,
    async poll(signal) {
      try {
        if (client === null || !client.usable) {
          drop();
          const found = await address();
          signal.throwIfAborted();
          const secret = typeof password === 'function' ? password() : password;
          client = connectRedis({
            ...found,
            ...login,
            ...(secret === undefined ? {} : { password: secret }),
            timeoutMs,
          });
          server.begin();
        }
        return await server.read(client, signal);
      } catch (thrown) {
        drop();
        throw thrown;
      } finally {
        if (closed) drop();
      }
    },
    close() {
      closed = true;
      drop();
    },
  };
}
