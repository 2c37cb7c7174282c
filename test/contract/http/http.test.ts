import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Address } from '../../../src/integrations/contract.ts';
import { httpProbes } from '../../../src/integrations/http/probes.ts';
import { httpCheckSource } from '../../../src/integrations/http/source.ts';
import { freePort } from '../../harness/free-port.ts';
import { read, testContext } from '../../unit/integrations/context.ts';
import { httpServer, type TestServer, tcpServer } from './servers.ts';

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

const checkOf = (url: string, expect = {}, more = {}) =>
  httpCheckSource({
    name: 'ready',
    url: async () => url,
    expect,
    intervalMs: 1000,
    timeoutMs,
    ...more,
  });

describe('an HTTP check', () => {
  it('is ok, with small fields, on a connection that it closes', async () => {
    const server = await kept(
      httpServer((_, response) => {
        response.end('{"ready":true,"checks":{"redis_available":false},"evil":"\\u001b[31mred"}');
      }),
    );
    const source = checkOf(`${server.url}/readyz`, { json: { ready: true } });
    expect(await source.poll(never)).toEqual({
      name: 'ready',
      url: `${server.url}/readyz`,
      ok: true,
      status: 200,
      latencyMs: expect.any(Number),
      error: null,
      fields: { ready: 'true', 'checks.redis_available': 'false', evil: 'red' },
    });
    await server.drained();
  });

  it('is not ok for another status, a redirect or another field', async () => {
    const server = await kept(
      httpServer((request, response) => {
        const status = Number(request.url?.slice(1));
        response.writeHead(status, { location: '/elsewhere' }).end('{"ready":false}');
      }),
    );
    const error = async (status: number, expected: object) =>
      (await checkOf(`${server.url}/${status}`, expected).poll(never)).error;
    expect(await error(503, {})).toBe('answered 503, expected a success');
    expect(await error(302, {})).toBe('answered 302 to /elsewhere, expected a success');
    expect(await error(200, { json: { ready: true } })).toBe('ready is false, expected true');
    expect(await error(503, { status: 503 })).toBeNull();
  });

  it('fails as a source when nothing listens', async () => {
    await expect(
      checkOf(`http://127.0.0.1:${await freePort()}/`).poll(never),
    ).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('refuses connections'),
    });
  });

  it('times out on a hung server and closes the connection', async () => {
    const server = await kept(httpServer(() => undefined));
    await expect(checkOf(server.url).poll(never)).rejects.toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('did not answer within 0.3 s'),
    });
    await server.drained();
  });

  it('times out on an answer that starts and never ends', async () => {
    const server = await kept(
      httpServer((_, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half');
      }),
    );
    await expect(checkOf(server.url).poll(never)).rejects.toMatchObject({ kind: 'timeout' });
    await server.drained();
  });

  it('is cancelled at once with its source, and closes the connection', async () => {
    const closed = new AbortController();
    const reason = new Error('closed by the test');
    const server = await kept(httpServer(() => closed.abort(reason)));
    await expect(checkOf(server.url).poll(closed.signal)).rejects.toBe(reason);
    await server.drained();
  });

  it('tells a connection reset mid-answer from an answer', async () => {
    const server = await kept(
      httpServer((_, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half', () => response.socket?.destroy());
      }),
    );
    await expect(checkOf(server.url).poll(never)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('closed the connection mid-answer'),
    });
  });

  it('calls what is no HTTP garbage', async () => {
    const server = await kept(tcpServer((socket) => void socket.end('-ERR unknown command\r\n')));
    await expect(checkOf(server.url).poll(never)).rejects.toMatchObject({ kind: 'garbage' });
  });

  it('gives up an answer without end', async () => {
    const server = await kept(
      httpServer((_, response) => {
        const more = () => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
        };
        response.on('drain', more);
        more();
      }),
    );
    await expect(checkOf(server.url, {}, { timeoutMs: 5000 }).poll(never)).rejects.toMatchObject({
      kind: 'garbage',
      message: expect.stringContaining('more than'),
    });
    await server.drained();
  });
});

describe('http.request', () => {
  const probes = httpProbes();
  const contextOf = (port: number) =>
    testContext(async (): Promise<Address> => ({ host: '127.0.0.1', port, via: 'the test' }));

  it('asks twice and shows a miss, then a hit', async () => {
    let asked = 0;
    const server = await kept(
      httpServer(async (request, response) => {
        const body = JSON.parse((await request.setEncoding('utf8').toArray()).join(''));
        asked += 1;
        const json = {
          cache_hit: asked > 1,
          text: body.text,
          type: request.headers['content-type'],
        };
        response.end(JSON.stringify(json));
      }),
    );
    const input = {
      service: 'api',
      port: server.port,
      method: 'POST',
      path: '/infer',
      body: { text: 'hello' },
      times: 2,
    };
    const result = await read(probes, 'http.request', input, contextOf(server.port));
    expect(result).toMatchObject({
      failures: 0,
      statuses: [200, 200],
      first: { ok: true, json: { cache_hit: false, text: 'hello', type: 'application/json' } },
      second: { ok: true, json: { cache_hit: true } },
    });
    const words = probes[0]?.command(probes[0].input.parse(input), contextOf(server.port));
    expect(words).toBe(
      `curl -s -X POST -H 'content-type: application/json' -d '{"text":"hello"}' ` +
        `http://api:${server.port}/infer   # 2 times`,
    );
  });

  it('counts errors and silence as failures, not as an error of its own', async () => {
    let asked = 0;
    const server = await kept(
      httpServer((_, response) => {
        asked += 1;
        if (asked === 1) response.writeHead(500).end('no JSON');
        else if (asked === 2) response.socket?.destroy();
        else if (asked === 3) response.end('{}');
      }),
    );
    const input = { service: 'api', port: server.port, path: '/', times: 4, timeoutMs };
    const result = await read(probes, 'http.request', input, contextOf(server.port));
    expect(result).toMatchObject({ failures: 3, statuses: [500, null, 200, null] });
    const errors = (result['responses'] as { error: string | null }[]).map(({ error }) => error);
    expect(errors).toEqual([
      null,
      expect.stringContaining('closed the connection'),
      null,
      expect.stringContaining('did not answer within 0.3 s'),
    ]);
  });

  it('refuses input that is out of bounds', () => {
    const input = probes[0]?.input;
    const good = { service: 'api', port: 80, path: '/' };
    expect(input?.safeParse(good).success).toBe(true);
    for (const wrong of [
      { times: 51 },
      { concurrency: 11 },
      { expect: { status: 99 } },
      { expect: { statuses: 200 } },
      { path: 'x' },
      { method: 'DELETE' },
      { port: 0 },
      { x: 1 },
    ]) {
      expect(input?.safeParse({ ...good, ...wrong }).success).toBe(false);
    }
  });
});
