import { afterEach, beforeEach, expect } from 'vitest';
import type { Cache } from '../../../src/domain/cache.ts';
import { connectRedis } from '../../../src/integrations/redis/client.ts';
import { redisSource } from '../../../src/integrations/redis/source.ts';
import { eventually } from '../../harness/eventually.ts';
import type { RedisServer } from './server.ts';
import { describeRedis } from './servers.ts';

const never = new AbortController().signal;
const closers: (() => void)[] = [];
const servers: RedisServer[] = [];

describeRedis('what a redis source tells', ({ it, redisServer }) => {
  let server: RedisServer;
  const another = async () => {
    const made = await redisServer();
    servers.push(made);
    return made;
  };
  beforeEach(async () => {
    server = await another();
  });
  afterEach(async () => {
    for (const close of closers.splice(0)) close();
    for (const one of servers.splice(0)) await one.remove();
  });

  function sourceOf(one = server) {
    const source = redisSource({
      name: 'redis',
      address: async () => one,
      intervalMs: 1000,
      timeoutMs: 2000,
    });
    closers.push(() => source.close?.());
    return source;
  }
  function clientOf(one = server) {
    const client = connectRedis(one);
    closers.push(() => client.close());
    return (command: string, ...args: string[]) => client.call(command, args, never);
  }
  const polled = (look: (cache: Cache) => boolean, what: string, source = sourceOf()) =>
    eventually(
      async () => {
        const cache = await source.poll(never);
        return look(cache) ? cache : null;
      },
      { what },
    );

  it('hits of the last minute beside those since its start, and evictions', async () => {
    await server.start('--maxmemory', '3mb', '--maxmemory-policy', 'allkeys-lru');
    const send = clientOf();
    const source = sourceOf();
    await send('SET', 'a', '1');
    for (let n = 0; n < 8; n += 1) await send('GET', 'a');
    const first = await source.poll(never);
    expect(first).toMatchObject({ recentHitRate: null, evictionsPerSecond: null, hitsTotal: 8 });
    for (let n = 0; n < 2; n += 1) await send('GET', 'a');
    for (let n = 0; n < 6; n += 1) await send('GET', 'none');
    const second = await source.poll(never);
    expect(second).toMatchObject({ recentHitRate: 0.25, evictionsPerSecond: 0, hitsTotal: 10 });
    const value = 'x'.repeat(100_000);
    for (let n = 0; n < 60; n += 1) await send('SET', `big${n}`, value);
    const full = await source.poll(never);
    expect(full.evictedTotal).toBeGreaterThan(10);
    expect(full.evictionsPerSecond).toBeGreaterThan(0);
    expect(full.peakMemoryBytes).toBeGreaterThanOrEqual(full.usedMemoryBytes);
    await send('CONFIG', 'RESETSTAT');
    expect(await source.poll(never)).toMatchObject({
      recentHitRate: null,
      evictionsPerSecond: null,
    });
  });

  it('keys by database, bounded when there are thousands', async () => {
    await server.start('--databases', '10000');
    const send = clientOf();
    const fill = "for db = 0, 9999 do redis.call('SELECT', db) redis.call('SET', 'k', 'v') end";
    await send('EVAL', fill, '0');
    await send('SELECT', '1');
    await send('EXPIRE', 'k', '100');
    const cache = await sourceOf().poll(never);
    expect(cache.keys).toBe(10_000);
    expect(cache.databases).toHaveLength(64);
    expect(cache.databases[1]).toEqual({ db: 1, keys: 1, expires: 1 });
  });

  it('clients, those that wait, and those that were refused', async () => {
    await server.start('--maxclients', '3');
    const source = sourceOf();
    expect(await source.poll(never)).toMatchObject({ maxClients: 3, blockedClients: 0 });
    const waits = clientOf()('BLPOP', 'empty', '0').catch(() => null);
    await polled(({ blockedClients }) => blockedClients === 1, 'a blocked client', source);
    await clientOf()('PING');
    await expect(clientOf()('PING')).rejects.toMatchObject({
      message: expect.stringContaining('has no room for another client'),
    });
    expect(await source.poll(never)).toMatchObject({ clients: 3, rejectedTotal: 1 });
    for (const close of closers.splice(0)) close();
    await waits;
  });

  it('its last ten slow commands, without control sequences and secrets', async () => {
    await server.start('--slowlog-log-slower-than', '0', '--slowlog-max-len', '20000');
    const send = clientOf();
    for (let n = 0; n < 10; n += 1) {
      await Promise.all(Array.from({ length: 1000 }, () => send('PING')));
    }
    await send('SET', 'evil', '\u001b]0;owned\u0007value');
    await send('SET', 'url', 'https://me:hunter2@host/');
    await send('EVAL', "return 'token=abcdefgh'", '0');
    await send('HELLO', '2', 'AUTH', 'default', 'hunter2').catch(() => null);
    const { slowLog } = await sourceOf().poll(never);
    expect(slowLog).toHaveLength(10);
    const text = JSON.stringify(slowLog);
    expect(text).toContain('SET evil value');
    expect(text).not.toMatch(/hunter2|abcdefgh|owned|\\u001b/);
    expect(slowLog?.[0]).toMatchObject({ client: expect.stringContaining('opsconsole') });
    expect(Math.abs(Date.now() - (slowLog?.[0]?.at ?? 0))).toBeLessThan(60_000);
  });

  it('reads the slow log at a slower pace than the rest', async () => {
    await server.start('--slowlog-log-slower-than', '0');
    const source = sourceOf();
    const idOf = (cache: Cache) => cache.slowLog?.[0]?.id;
    const first = idOf(await source.poll(never));
    for (let n = 0; n < 5; n += 1) expect(idOf(await source.poll(never))).toBe(first);
    expect(idOf(await source.poll(never))).toBeGreaterThan(first ?? Number.NaN);
  });

  it('master and replica from both sides, and a link that is down', async () => {
    await server.start('--repl-diskless-sync-delay', '0');
    const replica = await another();
    await replica.start('--replicaof', `127.0.0.1 ${server.port}`);
    await polled(({ replicas }) => replicas[0]?.state === 'online', 'a replica');
    const { master: none, replicas } = await sourceOf().poll(never);
    expect(none).toBeNull();
    expect(replicas).toEqual([
      {
        address: `127.0.0.1:${replica.port}`,
        state: 'online',
        lagSeconds: expect.any(Number),
        lagBytes: expect.any(Number),
      },
    ]);
    const its = sourceOf(replica);
    const up = await polled(({ master }) => master?.link === 'up', 'the link', its);
    expect(up).toMatchObject({
      role: 'replica',
      master: {
        address: `127.0.0.1:${server.port}`,
        downSeconds: null,
        copying: false,
        lagSeconds: expect.any(Number),
      },
    });
    await server.kill();
    const down = await polled(({ master }) => master?.link === 'down', 'the link to be lost', its);
    expect(down.master).toMatchObject({ lagSeconds: null, downSeconds: expect.any(Number) });
  });

  it('that a snapshot failed', async () => {
    await server.start('--dbfilename', 'blocked.rdb');
    const send = clientOf();
    await send('SET', 'a', '1');
    const source = sourceOf();
    const { persistence } = await source.poll(never);
    expect(persistence).toMatchObject({ aof: false, trouble: null, unsavedChanges: 1 });
    // A folder in its place: nobody, root included, can put a file there.
    await server.block('blocked.rdb');
    await send('BGSAVE');
    const failed = await polled((c) => c.persistence.trouble !== null, 'a failed save', source);
    expect(failed.persistence.trouble).toBe('the last snapshot failed');
    expect(failed.persistence.lastSavedAt).toBeGreaterThan(1_700_000_000_000);
  });

  it('how far it has loaded, as an error that says to wait', async () => {
    await server.start('--enable-debug-command', 'yes');
    const send = clientOf();
    await send('DEBUG', 'POPULATE', '200000', 'key', '100');
    await send('SAVE');
    await server.kill();
    await server.startLoading(
      '--key-load-delay',
      '100',
      '--loading-process-events-interval-bytes',
      '1024',
    );
    await expect(sourceOf().poll(never)).rejects.toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/is still loading its data, \d+ % done$/),
      mend: 'wait until it has loaded',
    });
  });
});
