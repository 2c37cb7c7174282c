import type { Source } from '../../domain/source.ts';
import type { OpenRedis, RedisClient } from './client.ts';
import { connectRedis } from './client.ts';
import { decodeInfo, toCache } from './decode.ts';

export interface RedisSourceOptions {
  readonly name: string;
  /** Asked at every new connection: a container that was started again may have a new address. */
  readonly address: () => Promise<{ readonly host: string; readonly port: number }>;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly username?: string;
  readonly password?: string;
}

/** What INFO says, over one connection that is kept while it is good and dropped at any failure. */
export function redisSource(options: RedisSourceOptions): Source<'cache'> {
  const { timeoutMs, username, password } = options;
  const open: OpenRedis = ({ host, port }) =>
    connectRedis({
      host,
      port,
      timeoutMs,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
    });
  let client: RedisClient | null = null;
  let closed = false;

  const drop = () => {
    client?.close();
    client = null;
  };

  return {
    name: options.name,
    kind: 'cache',
    intervalMs: options.intervalMs,
    timeoutMs,
    async poll(signal) {
      try {
        if (client === null || !client.usable) {
          drop();
          const address = await options.address();
          signal.throwIfAborted();
          client = open(address);
          // The first answer's time would include the connection's.
          await client.call('PING', [], signal);
        }
        const startedAt = performance.now();
        const info = await client.call('INFO', [], signal);
        return toCache(decodeInfo(info, client.where), performance.now() - startedAt);
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
