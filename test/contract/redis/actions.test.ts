import { afterEach, beforeEach, expect } from 'vitest';
import type { Address } from '../../../src/integrations/contract.ts';
import { redisActions } from '../../../src/integrations/redis/actions.ts';
import { connectRedis, type OpenRedis } from '../../../src/integrations/redis/client.ts';
import { redisProbes } from '../../../src/integrations/redis/probes.ts';
import { prepare, read, testContext } from '../../unit/integrations/context.ts';
import type { RedisServer } from './server.ts';
import { describeRedis } from './servers.ts';

const open: OpenRedis = ({ host, port }) => connectRedis({ host, port, timeoutMs: 1000 });
const probes = redisProbes(open);
const actions = redisActions(open);
const service = { service: 'redis' };

describeRedis('redis probes and actions', ({ it, redisServer }) => {
  let server: RedisServer;
  beforeEach(async () => {
    server = await redisServer();
  });
  afterEach(() => server.remove());

  const context = () => testContext(async (): Promise<Address> => ({ ...server, via: 'the test' }));

  /** Sends commands as the server's clients would. */
  async function send(...commands: readonly string[][]): Promise<unknown> {
    const client = open(server);
    let answer: unknown = null;
    for (const [command = '', ...args] of commands) {
      answer = await client.call(command, args, new AbortController().signal);
    }
    client.close();
    return answer;
  }
  const manyKeys = (count: number) => [
    'MSET',
    ...Array.from({ length: count }, (_, n) => [`k${n}`, 'v']).flat(),
  ];

  it('redis.info tells memory, policy and load; unreachable is a result', async () => {
    expect(await read(probes, 'redis.info', service, context())).toMatchObject({
      reachable: false,
      error: expect.stringContaining('refuses connections'),
      usedMemory: null,
    });
    await server.start('--maxmemory', '256mb', '--maxmemory-policy', 'allkeys-lru');
    await send(['SET', 'a', '1'], ['GET', 'a'], ['GET', 'b']);
    expect(await read(probes, 'redis.info', service, context())).toMatchObject({
      reachable: true,
      error: null,
      maxMemory: 268_435_456,
      maxMemoryHuman: '256M',
      policy: 'allkeys-lru',
      hitRate: 0.5,
      rejectsWrites: false,
    });
  });

  it('redis.info tells a full Redis under noeviction by its numbers', async () => {
    await server.start('--maxmemory', '3mb');
    const big = 'x'.repeat(100_000);
    const fill = async () => {
      for (let n = 0; n < 100; n += 1) await send(['SET', `big${n}`, big]);
    };
    await expect(fill()).rejects.toMatchObject({
      message: expect.stringContaining('memory is full'),
    });
    expect(await read(probes, 'redis.info', service, context())).toMatchObject({
      policy: 'noeviction',
      rejectsWrites: true,
    });
  });

  it('redis.slowlog and redis.clients tell who loads it', async () => {
    await server.start('--slowlog-log-slower-than', '0');
    await send(['SET', 'a', `\u001b[31m${'x'.repeat(500)}`], ['KEYS', '*']);
    const { entries, slowest } = await read(probes, 'redis.slowlog', service, context());
    const commands = (entries as { command: string }[]).map(({ command }) => command);
    expect(commands).toContain('KEYS *');
    expect(commands.some((command) => command.includes('\u001b') || command.length > 200)).toBe(
      false,
    );
    expect(slowest).toMatchObject({ durationMs: expect.any(Number) });
    const clients = await read(probes, 'redis.clients', service, context());
    expect(clients).toMatchObject({
      total: 1,
      blocked: 0,
      byName: [{ name: 'opsconsole', count: 1 }],
      top: [],
    });
  });

  it('redis.flush deletes 10,000 keys of the frozen server, and knows that it did', async () => {
    await server.start();
    await send(manyKeys(10_000));
    const running = context();
    const flush = prepare(actions, 'redis.flush', service, running);
    const preview = await flush.preview();
    expect(preview).toMatchObject({
      command: 'redis-cli -h redis FLUSHDB',
      notes: ['deletes 10,000 keys'],
      targets: [{ kind: 'redis-database', name: 'redis db 0', detail: 'project falcon' }],
    });
    const startedAt = Date.now();
    expect(await flush.settle(preview, startedAt)).toMatchObject({ state: 'not-done' });
    await flush.run(preview);
    expect(await send(['DBSIZE'])).toBe(0);
    expect(running.lines).toEqual(['flushing 10,000 keys…', 'flushed; 0 keys now']);
    await send(['SET', 'again', '1']);
    expect(await flush.settle(preview, startedAt)).toMatchObject({ state: 'done' });
    await expect(flush.run(preview)).rejects.toMatchObject({
      message: expect.stringContaining('a database was flushed since'),
    });
    expect(await send(['DBSIZE'])).toBe(1);
  });

  it('redis.flush refuses a server started again, and cannot tell what it did', async () => {
    await server.start();
    const flush = prepare(actions, 'redis.flush', service, context());
    const preview = await flush.preview();
    await server.kill();
    await server.start();
    await send(['SET', 'a', '1']);
    await expect(flush.run(preview)).rejects.toMatchObject({
      message: expect.stringContaining('started again'),
    });
    expect(await send(['DBSIZE'])).toBe(1);
    expect(await flush.settle(preview, Date.now())).toMatchObject({ state: 'unknown' });
  });

  it('redis.flush touches its own database only', async () => {
    await server.start();
    await send(['SET', 'a', '1'], ['SELECT', '3'], ['SET', 'b', '1']);
    const flush = prepare(actions, 'redis.flush', { ...service, db: 3 }, context());
    const preview = await flush.preview();
    expect(preview).toMatchObject({
      command: 'redis-cli -h redis -n 3 FLUSHDB',
      notes: ['deletes 1 keys'],
    });
    await flush.run(preview);
    expect(await send(['DBSIZE'])).toBe(1);
  });

  it('redis.config-set raises maxmemory, settles by its value, and can be taken back', async () => {
    await server.start('--maxmemory', '256mb');
    const input = { ...service, value: '512mb' };
    const set = prepare(actions, 'redis.config-set', input, context());
    const preview = await set.preview();
    expect(preview.command).toBe('redis-cli -h redis CONFIG SET maxmemory 512mb');
    expect(preview.notes[0]).toMatch(/^from 256M to 512M; .* used now$/);
    const before = { service: 'redis', port: '6379', setting: 'maxmemory', value: '268435456' };
    expect(preview.before).toEqual(before);
    expect(await set.settle(preview, 0)).toMatchObject({ state: 'not-done' });
    await set.run(preview);
    expect(await send(['CONFIG', 'GET', 'maxmemory'])).toEqual(['maxmemory', '536870912']);
    expect(await set.settle(preview, 0)).toMatchObject({ state: 'done' });
    await expect(set.run(preview)).rejects.toMatchObject({ kind: 'failed' });
    const undo = prepare(actions, 'redis.config-set', before, context());
    await undo.run(await undo.preview());
    expect(await send(['CONFIG', 'GET', 'maxmemory'])).toEqual(['maxmemory', '268435456']);
  });

  it('redis.config-set warns of a value below what is used, and takes sizes only', async () => {
    await server.start();
    const small = prepare(actions, 'redis.config-set', { ...service, value: '1mb' }, context());
    const preview = await small.preview();
    // An empty 7.0 uses just under 1 MiB; a few keys bring it over.
    expect(preview.notes[0]).toMatch(/^from no limit to 1\.0M/);
    await send(manyKeys(10_000));
    expect((await small.preview()).notes).toContain(
      'less than is used now: Redis will evict keys or refuse writes',
    );
    const wrong = { ...service, value: '512mb; FLUSHALL' };
    expect(() => prepare(actions, 'redis.config-set', wrong, context())).toThrow('512mb');
  });
});
