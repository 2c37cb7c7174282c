import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { breakersSource } from '../../../src/integrations/breakers/source.ts';
import { freePort } from '../../harness/free-port.ts';
import { httpServer, listening, type TestServer } from '../http/servers.ts';

const never = new AbortController().signal;
const servers: TestServer[] = [];
async function kept(server: Promise<TestServer>): Promise<TestServer> {
  servers.push(await server);
  return server;
}
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const sourceOf = (url: string, timeoutMs = 2000, headers: Record<string, string> = {}) =>
  breakersSource({
    name: 'api breakers',
    url: async () => url,
    list: 'breakers',
    fields: {
      name: 'name',
      state: 'state',
      failures: 'failures',
      since: null,
      nextAttempt: 'nextAttempt',
    },
    states: {},
    headers,
    intervalMs: 1000,
    timeoutMs,
  });

const answer = (state: string) =>
  JSON.stringify({
    breakers: [
      { name: 'mail', state, failures: 3 },
      { name: 'odd', state: '?' },
    ],
  });

describe('an endpoint of breakers', () => {
  it('brings its breakers as metrics, even with a 503, and says what it could not read', async () => {
    const server = await kept(
      httpServer((request, response) => {
        response.statusCode = request.headers['x-admin'] === 'yes' ? 503 : 401;
        response.end(answer('OPEN'));
      }),
    );
    const found = await sourceOf(`${server.url}/admin`, 2000, { 'x-admin': 'yes' }).poll(never);
    expect(found).toMatchObject({ target: 'api breakers' });
    expect(found.samples).toEqual([
      { name: 'breaker_endpoint_state', labels: { name: 'mail', state: 'open' }, value: 1 },
      { name: 'breaker_endpoint_failures_total', labels: { name: 'mail' }, value: 3 },
    ]);
    expect(found.problems).toEqual(['the state of odd is no known word: ?']);
    await expect(sourceOf(server.url).poll(never)).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('refuses with status 401'),
      mend: 'give this source the `headers` it needs',
    });
  });

  it('absent says so, and is read once it is there', async () => {
    const port = await freePort();
    const source = sourceOf(`http://127.0.0.1:${port}/`);
    await expect(source.poll(never)).rejects.toMatchObject({ kind: 'unreachable' });
    const server = await kept(
      listening(
        (await import('node:http')).createServer(
          (_, response) => void response.end(answer('closed')),
        ),
        'http',
        port,
      ),
    );
    expect((await source.poll(never)).samples).toHaveLength(2);
    await server.close();
    await expect(source.poll(never)).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it.each([
    ['hangs', () => undefined, 'timeout', /did not answer within 0.2 s/],
    [
      'is reset mid-answer',
      'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"br',
      'unreachable',
      /./,
    ],
    ['speaks garbage', 'SSH-2.0-OpenSSH_9.2\r\n', 'garbage', /./],
    ['answers with another page', 'HTTP/1.0 200 OK\r\n\r\n<html>', 'garbage', /JSON: <html>/],
    ['has moved', 'HTTP/1.0 302 Found\r\nlocation: /x\r\n\r\n', 'missing', /status 302/],
    ['is not there', 'HTTP/1.0 404 Not Found\r\n\r\n', 'missing', /status 404/],
  ] as const)('that %s is an error in words', async (_, says, kind, message) => {
    const server = await kept(
      listening(
        createServer((socket) => {
          if (typeof says === 'string') socket.once('data', () => socket.end(says));
        }),
      ),
    );
    await expect(sourceOf(server.url, 200).poll(never)).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(message),
      mend: expect.stringMatching(/\w/),
    });
  });

  it('of 10,000 breakers brings a bounded number', async () => {
    const breakers = Array.from({ length: 10_000 }, (_, n) => ({ name: `b${n}`, state: 'open' }));
    const body = JSON.stringify({ breakers });
    const server = await kept(httpServer((_, response) => void response.end(body)));
    expect((await sourceOf(server.url).poll(never)).samples).toHaveLength(500);
  });

  it('that is no longer wanted is let go', async () => {
    const server = await kept(listening(createServer(() => undefined)));
    const controller = new AbortController();
    const poll = sourceOf(server.url).poll(controller.signal);
    const reason = new Error('closed');
    controller.abort(reason);
    await expect(poll).rejects.toBe(reason);
    await server.drained();
  });
});
