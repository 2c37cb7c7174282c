import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { eventually } from '../harness/eventually.ts';

const valueBytes = 64 * 1024;
const batchSize = 64;
const listLength = 600_000;
/** Well above any limit a test gives to the container of Redis. */
const mostOverfillBytes = 2 * 1024 ** 3;
const listKey = 'load:list';

/** What became of filling. */
export interface FillResult {
  keys: number;
  bytes: number;
  /** Redis refused a write for lack of memory. */
  refused: boolean;
  /** The connection ended under it: the kernel killed Redis. */
  lost: boolean;
}

/** A load that runs until it is stopped. */
export interface RedisLoad {
  stop(): Promise<void>;
}

function clientOf(url: string): Redis {
  return new Redis(url, {
    lazyConnect: true,
    protocol: 2,
    disableClientInfo: true,
    retryStrategy: () => null,
    autoResendUnfulfilledCommands: false,
  });
}

/**
 * Writes keys `fill:<n>` of 64 KiB each. Under `noeviction` it ends when Redis refuses one, under
 * an evicting policy when `bytes` are written: evictions have then climbed.
 *
 * @throws Error when Redis refuses a write for another reason than lack of memory
 */
export async function fillRedis(url: string, bytes: number): Promise<FillResult> {
  const client = clientOf(url);
  client.on('error', () => undefined);
  await client.connect();
  const value = randomBytes(valueBytes);
  let keys = 0;
  let refused = false;
  let lost = false;
  try {
    while (keys * valueBytes < bytes && !refused && !lost) {
      const pipeline = client.pipeline();
      for (let i = 0; i < batchSize; i += 1) pipeline.set(`fill:${keys + i}`, value);
      const results = (await pipeline.exec()) ?? [];
      const errors = results.flatMap(([error]) => (error ? [error] : []));
      const answered = errors.filter((error) => error.name === 'ReplyError');
      const other = answered.find((error) => !error.message.startsWith('OOM'));
      if (other) throw other;
      refused = answered.length > 0;
      lost = errors.length > answered.length;
      keys += results.length - errors.length;
    }
  } finally {
    client.disconnect();
  }
  return { keys, bytes: keys * valueBytes, refused, lost };
}

/** Lifts Redis' own limit and writes until the kernel kills it at the limit of its container. */
export async function overfillRedis(url: string): Promise<void> {
  const client = clientOf(url);
  await client.connect();
  await client.config('SET', 'maxmemory', '0');
  client.disconnect();
  const { lost, bytes } = await fillRedis(url, mostOverfillBytes);
  if (!lost) throw new Error(`redis took ${bytes} bytes and lives: has its container a limit?`);
}

async function prepareList(client: Redis): Promise<void> {
  const step = 10_000;
  await client.del(listKey);
  for (let from = 0; from < listLength; from += step) {
    const items = Array.from({ length: step }, (_, i) => `item-${(from + i) * 7919}`);
    await client.rpush(listKey, ...items);
  }
}

/**
 * Keeps Redis busy: each client sorts a long list by the alphabet, again and again, so that others
 * wait for seconds and the slow log fills.
 *
 * @param clients number of clients; the wait of others grows with it
 * @returns when the first sort was answered; `stop()` returns when Redis answers quickly again
 */
export async function loadRedis(url: string, clients: number): Promise<RedisLoad> {
  const first = clientOf(url);
  await first.connect();
  await prepareList(first);
  let running = true;
  const others = Array.from({ length: clients - 1 }, () => clientOf(url));
  await Promise.all(others.map((client) => client.connect()));
  const sort = (client: Redis) => client.sort(listKey, 'LIMIT', 0, 1, 'ALPHA');
  const work = async (client: Redis) => {
    while (running) await sort(client).catch(() => undefined);
  };
  const started = sort(first);
  const loops = [started.then(() => work(first)), ...others.map(work)];
  await started;
  return {
    async stop() {
      running = false;
      await Promise.all(loops);
      for (const client of others) client.disconnect();
      await first.del(listKey);
      await eventually(() => first.ping(), { what: 'redis to answer after the load' });
      first.disconnect();
    },
  };
}
