import { afterEach, describe, expect, it } from 'vitest';
import { scrape } from '../../../src/integrations/prometheus/client.ts';
import { metricsSource } from '../../../src/integrations/prometheus/source.ts';
import { fixture } from '../../unit/integrations/fixtures.ts';
import { httpServer, type TestServer, tcpServer } from '../http/servers.ts';
import { freePort } from '../redis/server.ts';

const never = new AbortController().signal;
const timeoutMs = 300;
const servers: TestServer[] = [];
async function kept(server: Promise<TestServer>): Promise<TestServer> {
  servers.push(await server);
  return server;
}
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const sourceOf = (url: string, limitMs = timeoutMs) =>
  metricsSource({ name: 'worker-1', url: async () => url, intervalMs: 1000, timeoutMs: limitMs });

describe('a scrape', () => {
  it('brings the samples under the name of the source', async () => {
    const page = fixture('falcon/healthy.metrics.txt');
    const server = await kept(httpServer((_, response) => void response.end(page)));
    const snapshot = await sourceOf(`${server.url}/metrics`).poll(never);
    expect(snapshot.target).toBe('worker-1');
    expect(snapshot.latencyMs).toBeGreaterThan(0);
    expect(snapshot.samples).toContainEqual({
      name: 'circuit_breaker_state',
      labels: { dependency: 'redis', worker_id: 'worker-1' },
      value: 0,
    });
    await server.drained();
  });

  it('asks for its address at every poll', async () => {
    const first = await kept(httpServer((_, response) => void response.end('a 1\n')));
    const second = await kept(httpServer((_, response) => void response.end('a 2\n')));
    const urls = [first.url, second.url];
    const source = metricsSource({
      name: 'w',
      url: async () => urls.shift() ?? '',
      intervalMs: 1000,
      timeoutMs,
    });
    expect((await source.poll(never)).samples[0]?.value).toBe(1);
    expect((await source.poll(never)).samples[0]?.value).toBe(2);
  });

  it('reads 100,000 samples without holding up the screen', async () => {
    const lines = Array.from(
      { length: 100_000 },
      (_, n) => `http_request_duration_bucket{path="/p/${n}",le="0.${n % 100}"} ${n}`,
    );
    const page = Buffer.from(`${lines.join('\n')}\n`);
    const server = await kept(httpServer((_, response) => void response.end(page)));
    // Loaded by the first scrape of a program, once.
    await import('undici');
    // The thread's own time: what else runs on this machine does not count.
    const usedMs = () => {
      const { system, user } = process.threadCpuUsage();
      return (system + user) / 1000;
    };
    /** Longest the thread was held during one scrape. */
    const heldMs = async () => {
      let longestMs = 0;
      let before = usedMs();
      let running = true;
      const beat = () => {
        const now = usedMs();
        longestMs = Math.max(longestMs, now - before);
        before = now;
        if (running) setImmediate(beat);
      };
      setImmediate(beat);
      const { samples } = await sourceOf(server.url, 20_000).poll(never);
      running = false;
      expect(samples).toHaveLength(100_000);
      expect(samples.at(-1)).toMatchObject({ labels: { path: '/p/99999' }, value: 99_999 });
      return longestMs;
    };
    // The median of three: a collection of garbage may fall into one of them.
    const held = [await heldMs(), await heldMs(), await heldMs()].toSorted((a, b) => a - b);
    expect(held[1]).toBeLessThan(50);
  });

  it('names the broken line', async () => {
    const server = await kept(
      httpServer((_, response) => void response.end('# HELP a b\na 1\n\u001b[31m<html>\n')),
    );
    await expect(sourceOf(server.url).poll(never)).rejects.toMatchObject({
      kind: 'garbage',
      message: 'Line 3 of the metrics is broken: a metric name is expected: <html>',
    });
    await server.drained();
  });

  it.each([
    [404, 'failed'],
    [503, 'failed'],
    [401, 'denied'],
    [302, 'failed'],
  ])('an answer of %i is no page of metrics', async (status, kind) => {
    const server = await kept(
      httpServer((_, response) => {
        response.writeHead(status, { location: '/' }).end('a 1\n');
      }),
    );
    await expect(sourceOf(server.url).poll(never)).rejects.toMatchObject({
      kind,
      message: expect.stringContaining(`answered ${status}`),
    });
    await server.drained();
  });

  it('is unreachable when nothing listens', async () => {
    await expect(sourceOf(`http://127.0.0.1:${await freePort()}/metrics`).poll(never))
      .rejects //
      .toMatchObject({ kind: 'unreachable' });
  });

  it('times out on a hung server, and on one that drips', async () => {
    const hung = await kept(httpServer(() => undefined));
    await expect(sourceOf(hung.url).poll(never)).rejects.toMatchObject({ kind: 'timeout' });
    await hung.drained();
    const slow = await kept(
      httpServer((_, response) => {
        response.writeHead(200);
        response.write('a 1\nb ');
      }),
    );
    await expect(sourceOf(slow.url).poll(never)).rejects.toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('within 0.3 s'),
    });
    await slow.drained();
  });

  it('is cancelled at once and closes the connection', async () => {
    const closed = new AbortController();
    const reason = new Error('closed by the test');
    const server = await kept(
      httpServer((_, response) => {
        response.write('a 1\n', () => closed.abort(reason));
      }),
    );
    await expect(sourceOf(server.url, 5000).poll(closed.signal)).rejects.toBe(reason);
    await server.drained();
  });

  it('tells a reset mid-answer, and what is no HTTP', async () => {
    const reset = await kept(
      httpServer((_, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('a 1\n', () => response.socket?.resetAndDestroy());
      }),
    );
    await expect(sourceOf(reset.url).poll(never)).rejects.toMatchObject({ kind: 'unreachable' });
    const other = await kept(tcpServer((socket) => void socket.end('+PONG\r\n')));
    await expect(sourceOf(other.url).poll(never)).rejects.toMatchObject({ kind: 'garbage' });
  });

  it('is bounded in bytes', async () => {
    const server = await kept(
      httpServer((_, response) => void response.end('a 1\n'.repeat(10_000))),
    );
    const options = { url: server.url, timeoutMs: 5000, maxBytes: 1000 };
    await expect(scrape(options, never)).rejects.toMatchObject({
      kind: 'garbage',
      message: expect.stringContaining('more than 1000 bytes'),
    });
    await server.drained();
  });
});
