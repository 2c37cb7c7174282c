import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OperatorError } from '../../../src/domain/operator-error.ts';
import { type WebRequest, webRequest } from '../../../src/integrations/web/client.ts';
import { systemAuthorities } from '../../../src/integrations/web/system-authorities.ts';
import { type Authority, makeAuthority } from '../tls/authority.ts';
import { httpServer, httpsServer, type TestServer, tcpServer } from './servers.ts';

const never = new AbortController().signal;
const servers: TestServer[] = [];
async function kept(server: Promise<TestServer>): Promise<TestServer> {
  servers.push(await server);
  return server;
}
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const ask = (url: string, more: Partial<WebRequest> = {}) =>
  webRequest({ url, timeoutMs: 2000, ...more }, never);
const refused = (url: string, more: Partial<WebRequest> = {}): Promise<OperatorError> =>
  ask(url, more).then(
    () => expect.unreachable('an answer came'),
    (thrown: OperatorError) => thrown,
  );

describe('a request', () => {
  it('sends what it is told and answers with what came', async () => {
    const server = await kept(
      httpServer(async (request, response) => {
        const body = (await request.setEncoding('utf8').toArray()).join('');
        response.writeHead(404, { 'x-evil': 'a\u009b5mb', 'set-cookie': ['a=1', 'b=2'] });
        response.end(`${request.method} ${request.url} ${request.headers['x-own']} ${body}`);
      }),
    );
    const headers = { 'x-own': 'mine' };
    const answer = await ask(`${server.url}/p?q=1`, { method: 'PUT', headers, body: 'text' });
    expect(answer).toMatchObject({ status: 404, url: `${server.url}/p?q=1` });
    expect(answer.text()).toBe('PUT /p?q=1 mine text');
    expect(answer.headers).toMatchObject({ 'x-evil': 'ab', 'set-cookie': 'a=1, b=2' });
    expect(answer.latencyMs).toBeGreaterThan(0);
    await server.drained();
  });

  it('sends the credentials of an address, and shows them nowhere', async () => {
    const server = await kept(
      httpServer((request, response) => void response.end(request.headers.authorization)),
    );
    const address = server.url.replace('//', '//user:p%40ss@');
    const answer = await ask(address);
    expect(answer.text()).toBe(`Basic ${Buffer.from('user:p@ss').toString('base64')}`);
    expect(answer.url).not.toContain('user');
    await server.close();
    expect((await refused(address)).message).toBe(`${server.url}/ refuses connections`);
  });

  it('takes a large answer whose sender ends at once', async () => {
    const page = Buffer.alloc(8 * 1024 * 1024, 'x');
    const server = await kept(
      tcpServer((socket) => {
        socket.once('data', () => {
          socket.write(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n`);
          socket.end(page);
        });
      }),
    );
    const answer = await ask(server.url, { maxBytes: page.length });
    expect(answer.text()).toHaveLength(page.length);
    expect((await refused(server.url, { maxBytes: page.length - 1 })).kind).toBe('garbage');
  });

  it('asks a socket, and says when it is not there or not ours', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'opsconsole-web-'));
    const unixSocket = join(folder, 'a.sock');
    const server = createServer((_, response) => void response.end('over a socket'));
    try {
      expect(await refused('http://local/', { unixSocket })).toMatchObject({ kind: 'missing' });
      server.listen(unixSocket);
      await once(server, 'listening');
      expect((await ask('http://local/', { unixSocket })).text()).toBe('over a socket');
      if (process.getuid?.() === 0) return;
      await chmod(unixSocket, 0);
      expect(await refused('http://local/', { unixSocket })).toMatchObject({ kind: 'denied' });
    } finally {
      server.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('says what is no address and what is no known name', async () => {
    expect((await refused('nonsense')).message).toBe('nonsense is no address');
    expect(await refused('http://nobody.invalid/')).toMatchObject({
      kind: 'unreachable',
      message: 'http://nobody.invalid/ has a name nobody knows',
    });
  });
});

describe('a redirect', () => {
  const redirecting = (to: (url: string) => string | null) =>
    kept(
      httpServer((request, response) => {
        const location = to(request.url ?? '');
        if (location === null) {
          response.end(`at ${request.url} ${request.headers.authorization ?? 'without'}`);
        } else response.writeHead(302, { location }).end('elsewhere');
      }),
    );

  it('is the answer unless it is to be followed', async () => {
    const server = await redirecting((url) => (url === '/end' ? null : '/end'));
    expect(await ask(`${server.url}/start`)).toMatchObject({
      status: 302,
      headers: { location: '/end' },
      url: `${server.url}/start`,
    });
    const followed = await ask(`${server.url}/start`, { maxRedirects: 1 });
    expect(followed).toMatchObject({ status: 200, url: `${server.url}/end` });
    expect(followed.text()).toBe('at /end without');
    await server.drained();
  });

  it('does not take credentials to another origin', async () => {
    const other = await redirecting(() => null);
    const server = await redirecting(() => `${other.url}/end`);
    const headers = { authorization: 'Bearer secret' };
    const answer = await ask(server.url, { headers, maxRedirects: 1 });
    expect(answer.text()).toBe('at /end without');
    expect(answer.url).toBe(`${other.url}/end`);
  });

  it('is not followed in a circle, nor for ever', async () => {
    const circle = await redirecting((url) => (url === '/a' ? '/b' : '/a'));
    const words = 'redirects without end';
    expect((await refused(`${circle.url}/a`, { maxRedirects: 5 })).message).toContain(words);
    let count = 0;
    const endless = await redirecting(() => `/${count++}`);
    expect((await refused(`${endless.url}/x`, { maxRedirects: 5 })).message).toContain(words);
    expect(count).toBe(6);
    await endless.drained();
  });
});

describe('TLS', () => {
  let authority: Authority;
  beforeAll(async () => {
    authority = await makeAuthority();
  });
  afterAll(() => authority.remove());

  const good = { name: 'good', names: 'DNS:localhost,IP:127.0.0.1' };
  const serving = async (identity: { cert: string; key: string }) =>
    kept(httpsServer(identity, (_, response) => void response.end('secure')));

  it('trusts the authority it is given, and anybody when told to', async () => {
    const server = await serving(await authority.issue(good));
    const tls = { ca: authority.root.cert };
    expect((await ask(server.url, { tls })).text()).toBe('secure');
    expect((await ask(server.url, { tls: { insecure: true } })).text()).toBe('secure');
    expect(await refused(server.url, { tls: { bundles: [] } })).toMatchObject({
      kind: 'failed',
      message: `The certificate of ${server.url}/ comes from Test Root, which is not known here`,
      mend: expect.stringContaining('ca in the configuration'),
    });
    await server.drained();
  });

  it('trusts the authorities that were added to this system', async () => {
    const bundle = join(authority.folder, 'bundle.crt');
    const shipped = rootCertificates.slice(0, 3).join('\n');
    await writeFile(bundle, `# Own\n${shipped}\n${authority.root.cert}`);
    const tls = { bundles: [join(authority.folder, 'nowhere.crt'), bundle] };
    const server = await serving(await authority.issue(good));
    expect((await ask(server.url, { tls })).text()).toBe('secure');
    expect(await systemAuthorities(tls.bundles)).toEqual([authority.root.cert.trim()]);
    const other = await serving(await authority.issue({ name: 'x', names: 'DNS:x.example' }));
    expect((await refused(other.url, { tls })).message).toContain('is for x.example, not for');
    await writeFile(bundle, shipped);
    expect((await refused(server.url, { tls })).message).toContain('not known here');
  });

  it('refuses in words, before a byte of the request is sent', async () => {
    const asked: string[] = [];
    const names = good.names;
    const words = async (wanted: Parameters<Authority['issue']>[0], tlsNames = {}) => {
      const listener = ({ url }: IncomingMessage) => void asked.push(url ?? '');
      const server = await kept(httpsServer(await authority.issue(wanted), listener));
      const tls = { ca: authority.root.cert, ...tlsNames };
      const { message } = await refused(server.url, { tls });
      await server.drained();
      return message.replace(`The certificate of ${server.url}/ `, '');
    };
    expect(await words({ name: 'old', names, fromDays: -30, days: -3.5 })).toBe(
      'expired 3 days ago',
    );
    expect(await words({ name: 'young', names, fromDays: 2 })).toMatch(/^is not valid before 20/);
    expect(await words({ name: 'alone', names, selfSigned: true })).toBe('is self-signed');
    expect(await words({ name: 'x', names: 'DNS:a.example,DNS:b.example' })).toBe(
      'is for a.example, b.example, not for 127.0.0.1',
    );
    expect(await words(good, { servername: 'api.example' })).toBe(
      'is for localhost, 127.0.0.1, not for api.example',
    );
    expect(asked).toEqual([]);
  });

  it('tells no TLS, no HTTP and a broken handshake apart', async () => {
    const plain = await kept(httpServer((_, response) => void response.end()));
    expect(await refused(plain.url.replace('http:', 'https:'))).toMatchObject({
      kind: 'garbage',
      message: expect.stringContaining('does not speak TLS'),
    });
    const secure = await serving(await authority.issue(good));
    expect(await refused(secure.url.replace('https:', 'http:'))).toMatchObject({
      message: expect.stringMatching(/does not speak HTTP|closed the connection/),
    });
    const broken = await kept(tcpServer((socket) => void socket.once('data', () => socket.end())));
    expect(await refused(broken.url.replace('http:', 'https:'))).toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('during the TLS handshake'),
    });
    const hung = await kept(tcpServer((socket) => void socket.resume()));
    const silence = await refused(hung.url.replace('http:', 'https:'), { timeoutMs: 200 });
    expect(silence).toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('did not answer within 0.2 s'),
    });
    await hung.drained();
  });
});
