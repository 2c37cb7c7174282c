import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { scrape } from '../../../src/integrations/prometheus/client.ts';
import { parseMetrics } from '../../../src/integrations/prometheus/decode.ts';
import { metricsSource } from '../../../src/integrations/prometheus/source.ts';
import { freePort } from '../../harness/free-port.ts';
import { fixture } from '../../unit/integrations/fixtures.ts';
import { httpServer, type TestServer, tcpServer } from '../http/servers.ts';

const never = new AbortController().signal;
const timeoutMs = 300;
const servers: TestServer[] = [];
async function kept(server: Promise<TestServer>): Promise<TestServer> {
  servers.push(await server);
  return server;
}
// A program loads its client library at the first poll, which is not to count against a short limit.
beforeAll(() => import('undici'));
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const sourceOf = (url: string, limitMs = timeoutMs, select?: (name: string) => boolean) =>
  metricsSource({
    name: 'worker-1',
    url: async () => url,
    intervalMs: 1000,
    timeoutMs: limitMs,
    ...(select === undefined ? {} : { select }),
  });

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
      { length: 99_999 },
      (_, n) => `http_request_duration_bucket{path="/p/${n}",le="0.${n % 100}"} ${n}`,
    );
    const text = `# TYPE http_request_duration histogram\n${lines.join('\n')}\nup 1\n`;
    const page = Buffer.from(text);
    const server = await kept(httpServer((_, response) => void response.end(page)));
    // The thread's own time: what else runs on this machine does not count.
    const usedMs = () => {
      const { system, user } = process.threadCpuUsage();
      return (system + user) / 1000;
    };
    /** Longest the thread was held during one scrape. */
    const heldMs = async (select: ((name: string) => boolean) | undefined) => {
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
      const { families, sampleCount, samples } = await sourceOf(server.url, 20_000, select).poll(
        never,
      );
      running = false;
      expect(sampleCount).toBe(100_000);
      expect(families).toMatchObject([{ name: 'http_request_duration', samples: 99_999 }, {}]);
      expect(samples.at(-1)).toEqual({ name: 'up', labels: {}, value: 1 });
      expect(samples).toHaveLength(select === undefined ? 100_000 : 1);
      return longestMs;
    };
    /** The median of three: a collection of garbage may fall into one of them. */
    const median = async (select?: (name: string) => boolean) =>
      [await heldMs(select), await heldMs(select), await heldMs(select)] //
        .toSorted((a, b) => a - b)[1] ?? Number.NaN;
    const before = usedMs();
    parseMetrics(text);
    const atOnceMs = usedMs() - before;
    expect(await median()).toBeLessThan(Math.max(50, atOnceMs / 4));
    expect(await median((name) => name === 'up')).toBeLessThan(Math.max(25, atOnceMs / 8));
  });

  it('keeps the time of its start whatever is selected', async () => {
    const page = 'process_start_time_seconds 5\na 1\nb 2\n';
    const server = await kept(httpServer((_, response) => void response.end(page)));
    const { samples } = await sourceOf(server.url, timeoutMs, (name) => name === 'b').poll(never);
    expect(samples.map(({ name }) => name)).toEqual(['process_start_time_seconds', 'b']);
  });

  it('reads OpenMetrics to its end, and tells one that is cut', async () => {
    const type = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
    let page = '# TYPE a counter\na_total 1 # {trace_id="x"} 1\n# EOF\n';
    const server = await kept(
      httpServer((_, response) => void response.setHeader('content-type', type).end(page)),
    );
    expect((await sourceOf(server.url).poll(never)).samples).toHaveLength(1);
    page = page.slice(0, 40);
    await expect(sourceOf(server.url).poll(never)).rejects.toMatchObject({ kind: 'garbage' });
  });

  it('sends a token, and refuses a page of another kind', async () => {
    const server = await kept(
      httpServer((request, response) => {
        if (request.headers.authorization !== 'Bearer secret') {
          response.writeHead(401).end();
          return;
        }
        response.setHeader('content-type', 'text/html').end('<html>');
      }),
    );
    const options = { url: server.url, timeoutMs };
    await expect(scrape(options, never)).rejects.toMatchObject({
      kind: 'denied',
      mend: expect.stringContaining('token'),
    });
    await expect(scrape({ ...options, token: 'secret' }, never)).rejects.toMatchObject({
      kind: 'garbage',
      message: expect.stringContaining('answered text/html where metrics were expected'),
    });
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
