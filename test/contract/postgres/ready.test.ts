import { chown, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { canMountMemory, smallDisk } from '../host/small-disk.ts';
import { tcpServer } from '../http/servers.ts';
import { applications, regionOf } from './region.ts';
import type { PostgresServer } from './server.ts';
import { describePostgres } from './servers.ts';

describePostgres('postgres.ready', ({ it, postgresServer }) => {
  let server: PostgresServer;
  const apps = applications(() => server);
  beforeAll(async () => {
    server = await postgresServer();
  });
  afterEach(() => server.kill());
  afterAll(() => server.remove());

  it('tells a server that is absent, there, and killed', async () => {
    const region = regionOf(server);
    expect(await region.read('postgres.ready')).toMatchObject({
      reachable: false,
      kind: 'unreachable',
      error: expect.stringContaining('has no socket there'),
      version: null,
      full: false,
      diskFull: null,
    });
    await server.start();
    expect(await region.read('postgres.ready', { disk: true })).toMatchObject({
      reachable: true,
      error: null,
      kind: null,
      version: expect.stringMatching(/^\d+/),
      standby: false,
      diskFull: false,
    });
    expect(region.command('postgres.ready')).toBe(
      `pg_isready -h ${server.socketFolder} -p ${server.port} -U admin -d postgres`,
    );
    await server.kill();
    expect(await region.read('postgres.ready')).toMatchObject({ reachable: false });
  });

  it('tells a server that has no connection left', async () => {
    await server.start(
      'max_connections=5',
      'superuser_reserved_connections=0',
      'max_wal_senders=0',
    );
    for (let n = 0; n < 5; n += 1) await apps.session(`worker-${n}`);
    expect(await regionOf(server).read('postgres.ready')).toMatchObject({
      reachable: false,
      full: true,
      error: expect.stringContaining('no connection left'),
    });
  });

  it.skipIf(!canMountMemory())('tells a disk that takes nothing more (asks for ROOT)', async () => {
    const folder = join(server.socketFolder, 'small');
    await mkdir(folder);
    const disk = await smallDisk(folder, '512k');
    try {
      const { gid, uid } = await stat(server.dataFolder);
      await chown(folder, uid, gid);
      await server.start();
      await server.sql(`CREATE TABLESPACE small LOCATION '${folder}'`);
      await server.sql('ALTER ROLE admin SET temp_tablespaces = small');
      const region = regionOf(server);
      expect(await region.read('postgres.ready', { disk: true })).toMatchObject({
        reachable: true,
        diskFull: true,
      });
      expect(await region.read('postgres.ready')).toMatchObject({ diskFull: null });
      await server.sql('ALTER ROLE admin RESET temp_tablespaces');
      expect(await region.read('postgres.ready', { disk: true })).toMatchObject({
        diskFull: false,
      });
      await server.sql('DROP TABLESPACE small');
      await server.sql('CHECKPOINT');
    } finally {
      disk.end();
    }
  });

  it('tells a wrong password, a hung server, and what is no PostgreSQL', async () => {
    await server.start();
    const at = { host: server.host, port: server.port };
    const wrong = regionOf(server, { at, user: 'admin', password: () => 'wrong' });
    expect(await wrong.read('postgres.ready')).toMatchObject({ reachable: false, kind: 'denied' });
    const hung = await tcpServer(() => undefined);
    const slow = { host: '127.0.0.1', port: hung.port };
    const late = regionOf(server, { at: slow, timeoutMs: 300 });
    expect(await late.read('postgres.ready')).toMatchObject({ kind: 'timeout' });
    await hung.close();
    const rogue = await tcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const odd = regionOf(server, { at: { host: '127.0.0.1', port: rogue.port } });
    expect(await odd.read('postgres.ready')).toMatchObject({ kind: 'garbage' });
    await rogue.close();
  });
});
