import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { prometheusClient } from '../../../src/integrations/prometheus/query-client.ts';
import { httpServer, type TestServer, tcpServer } from '../http/servers.ts';

const never = new AbortController().signal;
const servers: TestServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function kept(server: Promise<TestServer>): Promise<TestServer> {
  servers.push(await server);
  return server;
}

/** Asks a server that answers so. */
async function asked(listener: RequestListener, timeoutMs = 5000) {
  const { url } = await kept(httpServer(listener));
  return prometheusClient({ url, timeoutMs }).instant('up', never);
}

const answering = (status: number, body: string, headers: Record<string, string> = {}) =>
  asked((_, response) => void response.writeHead(status, headers).end(body));

describe('a query to what is no Prometheus, or a sick one', () => {
  it('carries its bearer token, asked for each time', async () => {
    const seen: (string | undefined)[] = [];
    const tokens = ['one', 'two'];
    const { url } = await kept(
      httpServer((request, response) => {
        seen.push(request.headers.authorization);
        response.end('{"status":"success","data":{"resultType":"scalar","result":[1,"5"]}}');
      }),
    );
    const client = prometheusClient({ url, timeoutMs: 5000, token: () => tokens.shift() ?? '' });
    expect((await client.instant('up', never)).series).toEqual([{ labels: {}, value: 5 }]);
    await client.instant('up', never);
    expect(seen).toEqual(['Bearer one', 'Bearer two']);
  });

  it.each([
    [200, '<html>hello</html>', 'garbage', 'is no Prometheus server'],
    [200, '{"status":"success"}', 'garbage', 'is no Prometheus server'],
    [200, '[1,2,3]', 'garbage', 'is no Prometheus server'],
    [
      200,
      '{"status":"success","data":{"resultType":"vector","result":{}}}',
      'garbage',
      'holds no series',
    ],
    [404, 'nothing', 'garbage', 'is no Prometheus server: it answered 404'],
    [401, 'who?', 'denied', 'answered 401'],
    [403, 'no', 'denied', 'answered 403'],
    [503, 'Service Unavailable', 'failed', 'is starting, stopping or overloaded'],
    [
      503,
      '{"status":"error","errorType":"unavailable","error":"tsdb \\u001b[31mnot ready"}',
      'timeout',
      'Prometheus gave up on up: tsdb not ready',
    ],
  ])('%i %s', async (status, body, kind, message) => {
    await expect(answering(status, body)).rejects.toMatchObject({
      kind,
      message: expect.stringContaining(message),
      mend: expect.any(String),
    });
  });

  it('tells a redirect to a login page', async () => {
    await expect(answering(302, '', { location: 'https://login/' })).rejects.toMatchObject({
      kind: 'garbage',
      message: expect.stringMatching(/it answered 302 towards https:\/\/login\/$/),
    });
  });

  it('ends an answer that is too long, one that is cut, one that never comes', async () => {
    await expect(answering(200, 'x'.repeat(5 * 1024 * 1024))).rejects.toMatchObject({
      kind: 'garbage',
      message: expect.stringContaining('answered more than 4194304 bytes'),
    });
    const cut = asked((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"status', () => response.socket?.resetAndDestroy());
    });
    await expect(cut).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(asked(() => undefined, 400)).rejects.toMatchObject({ kind: 'timeout' });
    const noise = await kept(tcpServer((socket) => void socket.resume().end('+PONG\r\n')));
    await expect(
      prometheusClient({ url: noise.url, timeoutMs: 5000 }).instant('up', never),
    ).rejects.toMatchObject({ kind: 'garbage' });
    for (const server of servers) await server.drained();
  });

  it('refuses an address that is none', async () => {
    const client = prometheusClient({ url: 'prometheus', timeoutMs: 400 });
    await expect(client.instant('up', never)).rejects.toMatchObject({
      kind: 'failed',
      message: 'prometheus is no address',
    });
  });

  it('is cancelled at once', async () => {
    const closed = new AbortController();
    const reason = new Error('closed by the test');
    const { url } = await kept(httpServer(() => closed.abort(reason)));
    const query = prometheusClient({ url, timeoutMs: 5000 }).instant('up', closed.signal);
    await expect(query).rejects.toBe(reason);
  });
});
