import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type CertificateOptions,
  certificateSource,
} from '../../../src/integrations/tls/source.ts';
import { freePort } from '../../harness/free-port.ts';
import { httpServer, httpsServer, listening, type TestServer, tcpServer } from '../http/servers.ts';
import { type Authority, dayMs, type Issued, makeAuthority } from './authority.ts';
import { nginxServer } from './nginx.ts';

const never = new AbortController().signal;
const servers: { close(): Promise<void> }[] = [];
async function kept<T extends { close(): Promise<void> }>(server: Promise<T>): Promise<T> {
  servers.push(await server);
  return server;
}
let authority: Authority;
beforeAll(async () => {
  authority = await makeAuthority();
});
afterAll(() => authority.remove());
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const sourceOf = (port: number, more: Partial<CertificateOptions> = {}) =>
  certificateSource({
    name: 'gateway',
    address: async () => ({ host: '127.0.0.1', port }),
    servername: 'localhost',
    ca: authority.root.certFile,
    timeoutMs: 2000,
    ...more,
  });

const good = { name: 'gateway.example', names: 'DNS:localhost,DNS:gateway.example,IP:127.0.0.1' };
const serving = (identity: Pick<Issued, 'cert' | 'key'>): Promise<TestServer> =>
  kept(httpsServer(identity, (_, response) => void response.end()));

describe('a certificate', () => {
  it('is told whole, from a real nginx', async () => {
    const server = await kept(nginxServer(await authority.issue({ ...good, days: 20 })));
    const certificate = await sourceOf(server.port).poll(never);
    expect(certificate).toEqual({
      name: 'gateway',
      host: '127.0.0.1',
      port: server.port,
      subject: 'gateway.example',
      issuer: 'Test Root',
      names: ['localhost', 'gateway.example', '127.0.0.1'],
      notBefore: expect.any(Number),
      notAfter: expect.any(Number),
      chain: ['gateway.example', 'Test Root'],
      problem: null,
      mend: null,
      latencyMs: expect.any(Number),
    });
    const days = (certificate.notAfter - Date.now()) / dayMs;
    expect(days).toBeGreaterThan(19.9);
    expect(days).toBeLessThan(20.1);
    expect(sourceOf(1).intervalMs).toBe(300_000);
  });

  it('is a fact with its problem when a client would refuse it', async () => {
    const { names } = good;
    const problem = async (identity: Issued, more: Partial<CertificateOptions> = {}) => {
      const server = await serving(identity);
      const told = await sourceOf(server.port, more).poll(never);
      expect(told.mend === null).toBe(told.problem === null);
      await server.drained();
      return told.problem;
    };
    const old = await authority.issue({ ...good, fromDays: -99, days: -5.5 });
    expect(await problem(old)).toBe('expired 5 days ago');
    const young = await authority.issue({ ...good, fromDays: 1 });
    expect(await problem(young)).toMatch(/^is not valid before 20/);
    const own = await authority.issue({ ...good, selfSigned: true });
    expect(await problem(own)).toBe('is self-signed');
    expect(await problem(own, { ca: own.certFile })).toBeNull();
    const other = await authority.issue({ name: 'other', names: 'DNS:a.example,DNS:*.b.example' });
    expect(await problem(other)).toBe('is for a.example, *.b.example, not for localhost');
    expect(await problem(other, { servername: 'x.b.example' })).toBeNull();
    const plain = await authority.issue({ name: 'other', names });
    expect(await problem(plain, { servername: null })).toBeNull();
    expect(await problem(plain, { ca: null, bundles: [] })).toBe(
      'comes from Test Root, which is not known here',
    );
    const system = { ca: null, bundles: [authority.root.certFile] };
    expect(await problem(plain, system)).toBeNull();
    expect(await problem(old, system)).toBe('expired 5 days ago');
    expect(await problem(own, system)).toBe('is self-signed');
  });

  it('says that the chain is missing, or rests on what has expired', async () => {
    const between = await authority.issue({ name: 'Between', authority: true });
    const leaf = await authority.issue({ ...good, by: between });
    const alone = await serving(leaf);
    expect(await sourceOf(alone.port).poll(never)).toMatchObject({
      problem: 'comes from Between, which is not known here',
      mend: expect.stringContaining('send the whole chain'),
      chain: ['gateway.example'],
    });
    const whole = await serving({ cert: leaf.cert + between.cert, key: leaf.key });
    expect(await sourceOf(whole.port).poll(never)).toMatchObject({
      problem: null,
      chain: ['gateway.example', 'Between', 'Test Root'],
    });
    const past = await authority.issue({ name: 'Past', authority: true, fromDays: -9, days: -2 });
    const rests = await authority.issue({ ...good, by: past });
    const server = await serving({ cert: rests.cert + past.cert, key: rests.key });
    expect(await sourceOf(server.port).poll(never)).toMatchObject({
      problem: 'rests on Past, which expired 2 days ago',
    });
  });

  it('shows no control sequence, and a bounded number of names', async () => {
    const many = Array.from({ length: 99 }, (_, n) => `DNS:n${n}.example`).join(',');
    const identity = await authority.issue({ name: 'evil\u001b[31m', names: many });
    const told = await sourceOf((await serving(identity)).port).poll(never);
    expect(told.names).toHaveLength(50);
    expect(told.problem).toBe(
      'is for n0.example, n1.example, n2.example, n3.example and 46 more, not for localhost',
    );
    expect(JSON.stringify(told)).not.toContain('\\u001b');
  });
});

describe('a PostgreSQL server', () => {
  /** Answers the request for TLS with a letter, and goes on in TLS if that is S. */
  const postgres = (letter: string, identity: Issued) => {
    const secure = createTlsServer({ cert: identity.cert, key: identity.key });
    return kept(
      tcpServer((socket) => {
        socket.once('data', (request) => {
          if (!request.equals(Buffer.from('0000000804d2162f', 'hex'))) return socket.destroy();
          socket.write(letter);
          if (letter === 'S') secure.emit('connection', socket);
        });
      }),
    );
  };

  it('is asked for TLS first, and may have none', async () => {
    const identity = await authority.issue(good);
    const poll = async (letter: string) => {
      const { port } = await postgres(letter, identity);
      return sourceOf(port, { starttls: 'postgres' }).poll(never);
    };
    expect(await poll('S')).toMatchObject({ subject: 'gateway.example', problem: null });
    await expect(poll('N')).rejects.toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/does not offer TLS$/),
    });
    await expect(poll('H')).rejects.toMatchObject({ kind: 'garbage' });
  });
});

describe('without a handshake the source fails', () => {
  const failing = (server: TestServer, more: Partial<CertificateOptions> = {}) =>
    expect(sourceOf(server.port, more).poll(never)).rejects;

  it('absent, killed and back: it recovers at the next poll', async () => {
    const port = await freePort();
    const source = sourceOf(port);
    const refused = { kind: 'unreachable', message: `127.0.0.1:${port} refuses connections` };
    await expect(source.poll(never)).rejects.toMatchObject(refused);
    const identity = await authority.issue(good);
    for (let round = 0; round < 2; round += 1) {
      const server = await listening(createTlsServer(identity), 'tls', port);
      expect((await source.poll(never)).problem).toBeNull();
      await server.close();
      await expect(source.poll(never)).rejects.toMatchObject(refused);
    }
  });

  it('hung: within its limit, or at once with its source', async () => {
    const hung = await kept(tcpServer((socket) => void socket.resume()));
    await failing(hung, { timeoutMs: 200 }).toMatchObject({
      kind: 'timeout',
      message: `127.0.0.1:${hung.port} did not answer within 0.2 s`,
    });
    const closed = new AbortController();
    const polled = sourceOf(hung.port).poll(closed.signal);
    const reason = new Error('closed by the test');
    closed.abort(reason);
    await expect(polled).rejects.toBe(reason);
    await hung.drained();
  });

  it('reset, not TLS, and a handshake that the server refuses', async () => {
    const reset = await kept(
      tcpServer((socket) => void socket.once('data', () => socket.resetAndDestroy())),
    );
    await failing(reset).toMatchObject({ kind: 'unreachable' });
    const plain = await kept(httpServer((_, response) => void response.end()));
    await failing(plain).toMatchObject({
      kind: 'garbage',
      message: expect.stringContaining('does not speak TLS'),
    });
    const identity = await authority.issue(good);
    const strict = createTlsServer({
      ...identity,
      maxVersion: 'TLSv1.2',
      requestCert: true,
      rejectUnauthorized: true,
      ca: authority.root.cert,
      ciphers: 'ECDHE-RSA-AES128-GCM-SHA256',
    });
    await failing(await kept(listening(strict))).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('refused the TLS handshake: handshake failure'),
    });
  });

  it('says what is wrong with the authority it is held against', async () => {
    const server = await serving(await authority.issue(good));
    const ca = `${authority.folder}/gone.pem`;
    await failing(server, { ca }).toMatchObject({
      kind: 'missing',
      message: `The authority ${ca} does not exist`,
    });
    await failing(server, { ca: authority.root.keyFile }).toMatchObject({
      kind: 'garbage',
      message: expect.stringContaining('holds no certificate'),
    });
  });
});
