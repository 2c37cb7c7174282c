import { chmod, chown, copyFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { PostgresTls } from '../../../src/integrations/postgres/client.ts';
import { postgresSource } from '../../../src/integrations/postgres/source.ts';
import { type Authority, makeAuthority } from '../tls/authority.ts';
import type { PostgresServer } from './server.ts';
import { describePostgres } from './servers.ts';

const never = new AbortController().signal;

describePostgres('postgres source over TLS', ({ it, postgresServer }) => {
  let server: PostgresServer;
  let authority: Authority;
  const closers: (() => unknown)[] = [];
  beforeAll(async () => {
    authority = await makeAuthority();
    server = await postgresServer();
    const { cert, key } = await certified('server', 'IP:127.0.0.1');
    await certified('other', 'DNS:elsewhere.test');
    await server.start('ssl=on', `ssl_cert_file=${cert}`, `ssl_key_file=${key}`);
    await server.sql(`ALTER ROLE admin PASSWORD 'right'`);
  });
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });
  afterAll(async () => {
    await server.remove();
    await authority.remove();
  });

  /** A certificate where the server may read its key, and where nobody else may. */
  async function certified(name: string, names: string) {
    const { certFile, keyFile } = await authority.issue({ name, names });
    const { uid, gid } = await stat(server.dataFolder);
    const place = (kind: string) => join(server.dataFolder, `${name}.${kind}`);
    for (const [from, to] of [
      [certFile, place('crt')],
      [keyFile, place('key')],
    ] as const) {
      await copyFile(from, to);
      await chown(to, uid, gid);
      await chmod(to, 0o600);
    }
    return { cert: place('crt'), key: place('key') };
  }

  async function encrypted(tls: PostgresTls, ca?: string): Promise<unknown> {
    const source = postgresSource({
      name: 'postgres',
      address: async () => ({ host: '127.0.0.1', port: server.port }),
      database: 'postgres',
      user: 'admin',
      password: 'right',
      tls,
      ...(ca === undefined ? {} : { ca }),
      intervalMs: 1000,
      timeoutMs: 3000,
    });
    closers.push(() => source.close?.());
    const { connectionsUsed } = await source.poll(never);
    expect(connectionsUsed).toBe(1);
    const looker = await server.client();
    const { rows } = await looker.query(`SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity
      USING (pid) WHERE application_name = 'opsconsole'`);
    await looker.end();
    return rows[0]?.ssl;
  }

  it('takes TLS where it may, verifies where it must', async () => {
    expect(await encrypted('prefer')).toBe(true);
    for (const close of closers.splice(0)) close();
    expect(await encrypted('verify', authority.root.cert)).toBe(true);
    for (const close of closers.splice(0)) close();
    expect(await encrypted('off')).toBe(false);
  });

  it('refuses a certificate that nobody known has signed', async () => {
    await expect(encrypted('verify')).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('has a certificate that no known authority signed'),
      mend: 'name its authority in ca',
    });
  });

  it('refuses one for another name', async () => {
    const file = (kind: string) => join(server.dataFolder, `other.${kind}`);
    await server.kill();
    await server.start('ssl=on', `ssl_cert_file=${file('crt')}`, `ssl_key_file=${file('key')}`);
    await expect(encrypted('verify', authority.root.cert)).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('has a certificate for another name'),
    });
  });

  it('goes without where the server has none, unless it is asked for', async () => {
    await server.kill();
    await server.start();
    expect(await encrypted('prefer')).toBe(false);
    await expect(encrypted('require')).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('has no TLS'),
      mend: 'switch ssl on in its postgresql.conf, or set tls: prefer',
    });
  });
});
