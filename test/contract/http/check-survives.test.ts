import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type HttpCheckOptions, httpCheckSource } from '../../../src/integrations/http/source.ts';
import { freePort } from '../../harness/free-port.ts';
import { type Authority, makeAuthority } from '../tls/authority.ts';
import { nginxServer } from '../tls/nginx.ts';
import { httpServer, httpsServer, listening, type TestServer, tcpServer } from './servers.ts';

const never = new AbortController().signal;
const servers: { close(): Promise<void> }[] = [];
async function kept<T extends { close(): Promise<void> }>(server: Promise<T>): Promise<T> {
  servers.push(await server);
  return server;
}
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
let authority: Authority;
beforeAll(async () => {
  authority = await makeAuthority();
});
afterAll(() => authority.remove());

const checkOf = (url: string, more: Partial<HttpCheckOptions> = {}) =>
  httpCheckSource({
    name: 'ready',
    url: async () => url,
    expect: {},
    intervalMs: 1000,
    timeoutMs: 2000,
    ...more,
  });

describe('a check', () => {
  it('recovers at the first poll after its server is back, each time', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/`;
    const source = checkOf(url);
    const refused = {
      kind: 'unreachable',
      message: `${url} refuses connections`,
      mend: 'see whether the process runs',
    };
    await expect(source.poll(never)).rejects.toMatchObject(refused);
    for (let round = 0; round < 2; round += 1) {
      const answering = createServer((_, response) => void response.end('fine'));
      const server = await listening(answering, 'http', port);
      expect(await source.poll(never)).toMatchObject({ ok: true, status: 200, url });
      await server.close();
      await expect(source.poll(never)).rejects.toMatchObject(refused);
    }
  });

  it('is delayed by no other check that hangs', async () => {
    const hung = await kept(tcpServer((socket) => void socket.resume()));
    const fine = await kept(httpServer((_, response) => void response.end()));
    const ended: string[] = [];
    const slow = checkOf(hung.url, { timeoutMs: 1500 }).poll(never);
    const waiting = slow.catch(() => void ended.push('hung'));
    for (let count = 0; count < 20; count += 1) {
      expect((await checkOf(fine.url).poll(never)).ok).toBe(true);
    }
    ended.push('twenty');
    await waiting;
    expect(ended).toEqual(['twenty', 'hung']);
  });

  it('tells a refused login from a fault of the server', async () => {
    const server = await kept(
      httpServer((request, response) => {
        const known = request.headers.authorization === 'Bearer right';
        response.writeHead(known ? 200 : 401).end();
      }),
    );
    expect((await checkOf(server.url).poll(never)).error).toBe('answered 401, expected a success');
    const headers = { authorization: 'Bearer right' };
    expect((await checkOf(server.url, { headers }).poll(never)).ok).toBe(true);
  });

  it('keeps an answer of 10,000 fields small, and its text harmless', async () => {
    const fields = Array.from({ length: 10_000 }, (_, n) => [`f${n}\u001b[31m`, '\u009b5mx']);
    const body = JSON.stringify(Object.fromEntries(fields));
    const server = await kept(httpServer((_, response) => void response.end(body)));
    const told = await checkOf(server.url).poll(never);
    expect(Object.keys(told.fields)).toHaveLength(20);
    expect(told.fields['f0']).toBe('x');
  });

  it('is judged by what the body holds and how long it took', async () => {
    const server = await kept(httpServer((_, response) => void response.end('status: green')));
    const error = async (expected: HttpCheckOptions['expect']) =>
      (await checkOf(server.url, { expect: expected }).poll(never)).error;
    expect(await error({ body: 'green', maxLatencyMs: 2000 })).toBeNull();
    expect(await error({ body: '/status: (yellow|red)/' })).toBe(
      'its body does not match /status: (yellow|red)/',
    );
    expect(await error({ maxLatencyMs: 0 })).toMatch(/^answered in \d+ ms, expected within 0 ms$/);
  });

  it('reports a redirect, and follows it when told to', async () => {
    const server = await kept(
      httpServer((request, response) => {
        if (request.url === '/end') response.end('{"at":"the end"}');
        else response.writeHead(301, { location: '/end' }).end();
      }),
    );
    expect(await checkOf(`${server.url}/start`).poll(never)).toMatchObject({
      ok: false,
      error: 'answered 301 to /end, expected a success',
      fields: { location: '/end' },
    });
    const expected = { status: [301, 302] };
    expect((await checkOf(`${server.url}/start`, { expect: expected }).poll(never)).ok).toBe(true);
    expect(await checkOf(`${server.url}/start`, { followRedirects: true }).poll(never)).toEqual({
      name: 'ready',
      url: `${server.url}/end`,
      ok: true,
      status: 200,
      latencyMs: expect.any(Number),
      error: null,
      fields: { at: 'the end' },
    });
  });
});

describe('a check over TLS', () => {
  const names = 'DNS:localhost,IP:127.0.0.1';
  const answering = (identity: { cert: string; key: string }): Promise<TestServer> =>
    kept(httpsServer(identity, (_, response) => void response.end()));

  it('trusts the authority that it is given, of a real nginx too', async () => {
    const server = await kept(nginxServer(await authority.issue({ name: 'localhost', names })));
    const url = `https://localhost:${server.port}/`;
    const ca = authority.root.certFile;
    expect(await checkOf(url, { ca, expect: { body: 'fine' } }).poll(never)).toMatchObject({
      ok: true,
      status: 200,
    });
    await server.close();
    await expect(checkOf(url, { ca }).poll(never)).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('fails in words when the certificate is not good', async () => {
    const ca = authority.root.certFile;
    const old = await authority.issue({ name: 'x', names, fromDays: -9, days: -1.5 });
    const server = await answering(old);
    await expect(checkOf(server.url, { ca }).poll(never)).rejects.toMatchObject({
      kind: 'failed',
      message: `The certificate of ${server.url}/ expired 1 day ago`,
      mend: 'renew it',
    });
    const other = await answering(await authority.issue({ name: 'x', names: 'DNS:x.example' }));
    await expect(checkOf(other.url, { ca }).poll(never)).rejects.toMatchObject({
      message: `The certificate of ${other.url}/ is for x.example, not for 127.0.0.1`,
    });
    const gone = { ca: `${ca}.gone` };
    await expect(checkOf(other.url, gone).poll(never)).rejects.toMatchObject({ kind: 'missing' });
  });
});
