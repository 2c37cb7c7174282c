import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import {
  connectRedis,
  type RedisAddress,
  type RedisLogin,
} from '../../../src/integrations/redis/client.ts';
import { redisSource } from '../../../src/integrations/redis/source.ts';
import { type Authority, authority, type Certified } from './certificates.ts';
import type { RedisServer } from './server.ts';
import { describeRedis } from './servers.ts';

const never = new AbortController().signal;

describeRedis('logging in to redis', ({ it, redisServer }) => {
  let ca: Authority;
  let named: Certified;
  let server: RedisServer;
  beforeAll(async () => {
    ca = await authority();
    named = await ca.issue('server', 'DNS:localhost,IP:127.0.0.1');
  });
  afterAll(() => ca.remove());
  beforeEach(async () => {
    server = await redisServer();
  });
  afterEach(() => server.remove());

  /** One poll on a source of its own. */
  async function poll(login: RedisLogin = {}, address: RedisAddress = server) {
    const source = redisSource({
      name: 'redis',
      address: async () => address,
      intervalMs: 1000,
      timeoutMs: 2000,
      ...login,
    });
    try {
      return await source.poll(never);
    } finally {
      source.close?.();
    }
  }
  const startTls = (cert: Certified, ...args: string[]) =>
    server.start(
      ...['--port', '0', '--tls-port', String(server.port), '--tls-cert-file', cert.certFile],
      ...['--tls-key-file', cert.keyFile, '--tls-ca-cert-file', ca.caFile, ...args],
    );

  it('speaks TLS, checks the certificate, and says what is wrong with it', async () => {
    await startTls(named, '--tls-auth-clients', 'no');
    await expect(poll({ tls: { ca: ca.ca } })).resolves.toMatchObject({ role: 'master' });
    await expect(poll({ tls: { insecure: true } })).resolves.toMatchObject({ role: 'master' });
    await expect(poll({ tls: {} })).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('has a certificate of a CA nobody here trusts'),
      mend: expect.stringContaining('tls.ca'),
    });
    await expect(poll({ tls: { ca: ca.ca, servername: 'elsewhere' } })).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('has a certificate for another name'),
    });
  });

  it('shows a client certificate, and says that one is wanted', async () => {
    await startTls(named);
    await expect(poll({ tls: { ca: ca.ca } })).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('wants a client certificate'),
    });
    const { cert, key } = await ca.issue('client', 'DNS:client');
    await expect(poll({ tls: { ca: ca.ca, cert, key } })).resolves.toMatchObject({ keys: 0 });
  });

  it('tells a certificate that has expired', async () => {
    const old = await ca.issue('old', 'IP:127.0.0.1', -1);
    await startTls(old, '--tls-auth-clients', 'no');
    await expect(poll({ tls: { ca: ca.ca } })).rejects.toMatchObject({
      message: expect.stringContaining('has a certificate that has expired'),
    });
  });

  it('names the other port when one side speaks TLS and the other does not', async () => {
    await startTls(named, '--tls-auth-clients', 'no');
    await expect(poll()).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('closed the connection'),
      mend: expect.stringContaining('rediss://'),
    });
    await server.kill();
    await server.start();
    await expect(poll({ tls: { insecure: true } })).rejects.toMatchObject({
      kind: 'timeout',
      mend: expect.stringContaining('speaks no TLS'),
    });
  });

  it('logs in as an ACL user, and does without what that user may not read', async () => {
    const users = [
      'watch on >seen +info +ping +slowlog|get',
      'blind on >seen +ping',
      'info on >seen +info',
      'default off',
    ];
    await server.start(...users.flatMap((user) => ['--user', ...user.split(' ')]));
    const login = (username: string, password = 'seen') => poll({ username, password });
    await expect(login('watch')).resolves.toMatchObject({ slowLog: [] });
    const least = await login('info');
    expect(least.slowLog).toBeNull();
    expect(least.latencyMs).toBeGreaterThan(0);
    await expect(login('blind')).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('does not let this user run INFO'),
      mend: expect.stringContaining('ACL SETUSER <user> +info'),
    });
    await expect(login('watch', 'wrong')).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('refuses the password'),
    });
    await expect(login('nobody')).rejects.toMatchObject({ kind: 'denied' });
    await expect(poll()).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('wants a password'),
    });
  });

  it('uses a socket of this host, and tells a missing one from a forbidden one', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'opsconsole-redis-socket-'));
    const path = join(dir, 'redis.sock');
    try {
      await expect(poll({}, { path })).rejects.toMatchObject({
        kind: 'missing',
        message: `Redis at ${path} has no socket there`,
      });
      await server.start('--unixsocket', path, '--unixsocketperm', '700');
      await expect(poll({}, { path })).resolves.toMatchObject({ role: 'master' });
      await chmod(dir, 0o755);
      await asNobody(async () => {
        await expect(poll({}, { path })).rejects.toMatchObject({
          kind: 'denied',
          message: `Redis at ${path} does not let this user open its socket`,
          mend: "join the socket's group",
        });
      });
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });

  it('uses the database it is given, and only there', async () => {
    await server.start();
    const client = connectRedis({ ...server, db: 3 });
    await client.call('SET', ['a', '1'], never);
    client.close();
    expect((await poll()).databases).toEqual([{ db: 3, keys: 1, expires: 0 }]);
  });
});

/** Root opens every socket; as another user its mode counts. */
async function asNobody(body: () => Promise<void>): Promise<void> {
  const { geteuid, seteuid } = process;
  if (geteuid === undefined || seteuid === undefined) throw new Error('not a POSIX system');
  const own = geteuid.call(process);
  if (own !== 0) return body();
  seteuid.call(process, 65_534);
  try {
    await body();
  } finally {
    seteuid.call(process, own);
  }
}
