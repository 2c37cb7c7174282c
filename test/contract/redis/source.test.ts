import { afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { connectRedis } from '../../../src/integrations/redis/client.ts';
import { redisSource } from '../../../src/integrations/redis/source.ts';
import type { RedisServer } from './server.ts';
import { describeRedis } from './servers.ts';

const never = new AbortController().signal;
const timeoutMs = 400;

// A program loads its client library at the first poll, which is not to count against a short limit.
beforeAll(() => import('ioredis'));

describeRedis('redis source', ({ it, redisServer }) => {
  let server: RedisServer;
  beforeEach(async () => {
    server = await redisServer();
  });
  afterEach(() => server.remove());

  function sourceWith(password?: string) {
    const { host, port } = server;
    let asked = 0;
    const source = redisSource({
      name: 'redis',
      address: async () => {
        asked += 1;
        return { host, port };
      },
      intervalMs: 1000,
      timeoutMs,
      ...(password === undefined ? {} : { password }),
    });
    return { source, asked: () => asked };
  }

  it('is unreachable while absent, and lives on one connection once it is there', async () => {
    const { source, asked } = sourceWith();
    const absent = { kind: 'unreachable', message: expect.stringContaining('refuses connections') };
    await expect(source.poll(never)).rejects.toMatchObject(absent);
    await server.start();
    const cache = await source.poll(never);
    expect(cache).toMatchObject({ role: 'master', clients: 1, keys: 0, policy: 'noeviction' });
    expect(cache.latencyMs).toBeGreaterThan(0);
    expect((await source.poll(never)).clients).toBe(1);
    expect(asked()).toBe(2);
    source.close?.();
  });

  it('fails when killed, and finds it again at an address asked anew', async () => {
    const { source, asked } = sourceWith();
    await server.start();
    await source.poll(never);
    await server.kill();
    await expect(source.poll(never)).rejects.toMatchObject({ kind: 'unreachable' });
    await server.start();
    const before = asked();
    await expect(source.poll(never)).resolves.toMatchObject({ role: 'master' });
    expect(asked()).toBe(before + 1);
    source.close?.();
  });

  it('times out while hung, does not wedge, and leaves no connection behind', async () => {
    const { source } = sourceWith();
    await server.start();
    await source.poll(never);
    server.signal('SIGSTOP');
    for (let poll = 0; poll < 3; poll += 1) {
      const startedAt = performance.now();
      await expect(source.poll(never)).rejects.toMatchObject({
        kind: 'timeout',
        message: expect.stringContaining('did not answer within 0.4 s'),
      });
      expect(performance.now() - startedAt).toBeLessThan(2 * timeoutMs);
    }
    server.signal('SIGCONT');
    await expect(source.poll(never)).resolves.toMatchObject({ role: 'master' });
    // The server has seen the three given up connections end by the time it answers again.
    expect((await source.poll(never)).clients).toBe(1);
    source.close?.();
  });

  it('is cancelled at once', async () => {
    const { source } = sourceWith();
    await server.start();
    await source.poll(never);
    server.signal('SIGSTOP');
    const closed = new AbortController();
    const poll = source.poll(closed.signal);
    const reason = new Error('closed by the test');
    closed.abort(reason);
    await expect(poll).rejects.toBe(reason);
  });

  it('is denied without its password, and with a wrong one', async () => {
    await server.start('--requirepass', 'right');
    await expect(sourceWith().source.poll(never)).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('wants a password'),
    });
    await expect(sourceWith('wrong').source.poll(never)).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('refuses the password'),
    });
    const { source } = sourceWith('right');
    await expect(source.poll(never)).resolves.toMatchObject({ role: 'master' });
    source.close?.();
  });

  it('says that a password is not needed, and prints nothing', async () => {
    await server.start();
    await expect(sourceWith('needless').source.poll(never)).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('has no password'),
    });
  });

  it('keeps its connection over an error reply', async () => {
    await server.start();
    const client = connectRedis({ host: server.host, port: server.port, timeoutMs });
    await expect(client.call('NONSENSE', [], never)).rejects.toMatchObject({ kind: 'failed' });
    expect(client.usable).toBe(true);
    await expect(client.call('PING', [], never)).resolves.toBe('PONG');
    client.close();
    await expect(client.call('PING', [], never)).rejects.toMatchObject({ kind: 'unreachable' });
  });
});
