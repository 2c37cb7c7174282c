import type { Socket } from 'node:net';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { connectRedis } from '../../../src/integrations/redis/client.ts';
import { redisSource } from '../../../src/integrations/redis/source.ts';
import { describeReal } from '../../harness/suites.ts';
import { type TestServer, tcpServer } from '../http/servers.ts';
import { redisServer } from './server.ts';

const never = new AbortController().signal;
const timeoutMs = 400;
const closers: (() => unknown)[] = [];

function sourceAt(address: () => { host: string; port: number }) {
  const source = redisSource({
    name: 'redis',
    address: async () => address(),
    intervalMs: 1000,
    timeoutMs,
  });
  closers.push(() => source.close?.());
  return source;
}

/** A server that is no Redis, or a sick one: `told` answers each piece it is sent. */
async function rogue(told: (socket: Socket, asked: string) => void): Promise<TestServer> {
  const server = await tcpServer((socket) => {
    socket.on('data', (data) => told(socket, data.toString('latin1')));
  });
  closers.push(() => server.close());
  return server;
}

// A program loads its client library at the first poll, which is not to count against a short limit.
beforeAll(() => import('ioredis'));
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

describeReal('a redis source and a sick server', () => {
  const answers = (socket: Socket, text: string, asked: string) =>
    // CLIENT SETNAME comes first; the sickness begins with what was asked for.
    void socket.write(/setname/i.test(asked) ? '+OK\r\n' : text);

  it('gives up one that accepts and never answers, and lets go of it', async () => {
    const server = await rogue(() => undefined);
    const source = sourceAt(() => ({ host: '127.0.0.1', port: server.port }));
    for (let poll = 0; poll < 2; poll += 1) {
      await expect(source.poll(never)).rejects.toMatchObject({
        kind: 'timeout',
        message: `Redis at 127.0.0.1:${server.port} did not answer within 0.4 s`,
        mend: 'see whether it hangs or is overloaded',
      });
    }
    await server.drained();
  });

  it('tells a reset in the middle of an answer', async () => {
    const server = await rogue((socket, asked) => {
      if (/setname/i.test(asked)) return void socket.write('+OK\r\n');
      socket.write('$5000\r\nredis_version:7', () => socket.resetAndDestroy());
    });
    const source = sourceAt(() => ({ host: '127.0.0.1', port: server.port }));
    await expect(source.poll(never)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('closed the connection'),
      mend: "see Redis' own log",
    });
    await server.drained();
  });

  it.each([
    ['another protocol', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['noise', '\u0000\u001b[31m\u0007noise\r\n'],
    ['an answer of another kind', '*2\r\n$1\r\na\r\n:5\r\n'],
    ['a text that is no INFO', '$5\r\nhello\r\n'],
  ])('calls %s no Redis', async (_, text) => {
    const server = await rogue((socket, asked) => answers(socket, text, asked));
    const source = sourceAt(() => ({ host: '127.0.0.1', port: server.port }));
    const thrown: unknown = await source.poll(never).catch((error: unknown) => error);
    expect(thrown).toMatchObject({
      kind: 'garbage',
      mend: 'see what listens there; it is not Redis',
    });
    expect(String(thrown)).not.toContain('\u001b');
    await server.drained();
  });

  it('ends an answer that does not end', async () => {
    const flood = Buffer.alloc(1024 * 1024, 'x');
    const server = await rogue((socket, asked) => {
      if (/setname/i.test(asked)) return void socket.write('+OK\r\n');
      socket.write('$2000000000\r\n');
      const pour = () => {
        while (!socket.destroyed && socket.write(flood));
      };
      socket.on('drain', pour);
      pour();
    });
    const client = connectRedis({ host: '127.0.0.1', port: server.port, timeoutMs: 20_000 });
    closers.push(() => client.close());
    await expect(client.call('INFO', [], never)).rejects.toMatchObject({
      kind: 'garbage',
      message: expect.stringContaining('answered more than 16777216 bytes'),
    });
    await server.drained();
  });

  it('gives up one that is busy for long, and is well again right after', async () => {
    const server = await redisServer();
    closers.push(() => server.remove());
    await server.start('--enable-debug-command', 'yes');
    const source = sourceAt(() => server);
    await source.poll(never);
    const other = connectRedis({ ...server, timeoutMs: 20_000 });
    closers.push(() => other.close());
    await other.call('PING', [], never);
    const busy = other.call('DEBUG', ['SLEEP', '5'], never);
    await expect(source.poll(never)).rejects.toMatchObject({ kind: 'timeout' });
    await busy;
    await expect(source.poll(never)).resolves.toMatchObject({ role: 'master' });
  });

  it('one that hangs does not hold up another', async () => {
    const hung = await rogue(() => undefined);
    const server = await redisServer();
    closers.push(() => server.remove());
    await server.start();
    const sick = sourceAt(() => ({ host: '127.0.0.1', port: hung.port })).poll(never);
    const order: string[] = [];
    const well = sourceAt(() => server).poll(never);
    await Promise.all([sick.catch(() => order.push('sick')), well.then(() => order.push('well'))]);
    expect(order).toEqual(['well', 'sick']);
  });
});
