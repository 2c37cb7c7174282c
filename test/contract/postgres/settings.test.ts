import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { eventually } from '../../harness/eventually.ts';
import { type DatabaseRegion, regionOf } from './region.ts';
import type { PostgresServer } from './server.ts';
import { describePostgres } from './servers.ts';

describePostgres(
  'settings, extensions and the promotion of PostgreSQL',
  ({ it, postgresServer }) => {
    let server: PostgresServer;
    let region: DatabaseRegion;
    beforeAll(async () => {
      server = await postgresServer();
      await server.start();
      await server.sql(`CREATE ROLE app LOGIN PASSWORD 'right'`);
    });
    beforeEach(() => {
      region = regionOf(server);
    });
    afterAll(() => server.remove());

    const shown = async (setting: string) => {
      const query = `SELECT setting, pending_restart AS waits FROM pg_settings WHERE name = $1`;
      const read = await region.read('postgres.query', { query, parameters: [setting] });
      return read['first'] as { readonly setting: string; readonly waits: boolean };
    };

    it('writes a setting that waits for a restart, and takes it back', async () => {
      const change = await region.confirm('postgres.set', {
        setting: 'max_connections',
        value: 200,
      });
      expect(change.preview).toMatchObject({
        targets: [{ kind: 'database', name: 'max_connections of postgres' }],
        command: expect.stringContaining("ALTER SYSTEM SET max_connections = '\\''200'\\''"),
        notes: ['max_connections is 100 now', 'it holds after the next restart of PostgreSQL'],
        before: { source: 'postgres', setting: 'max_connections', value: '100' },
      });
      expect(await change.settle()).toMatchObject({ state: 'not-done' });
      await change.run();
      expect(await change.settle()).toMatchObject({ state: 'done' });
      const waiting = () => shown('max_connections').then((seen) => seen.waits === true && seen);
      await eventually(waiting, { what: 'the server to have read it' });
      await expect(change.run()).rejects.toMatchObject({
        message: expect.stringContaining('it is not what the dialog showed any more'),
      });
      await server.kill();
      await server.start();
      expect(await shown('max_connections')).toEqual({ setting: '200', waits: false });
      const { value } = change.preview.before;
      await (await region.confirm('postgres.set', { setting: 'max_connections', value })).run();
      await server.kill();
      await server.start();
      expect(await shown('max_connections')).toEqual({ setting: '100', waits: false });
    });

    it('writes a list word by word, and a setting that holds at once', async () => {
      const list = { setting: 'shared_preload_libraries', value: ',auto_explain,auto_explain' };
      const change = await region.confirm('postgres.set', list);
      await change.run();
      expect(await change.settle()).toMatchObject({ state: 'done' });
      await server.kill();
      await server.start();
      expect(await shown('shared_preload_libraries')).toMatchObject({ setting: 'auto_explain' });
      const back = await region.confirm('postgres.set', { ...list, value: '' });
      expect(back.preview.command).toContain('ALTER SYSTEM RESET shared_preload_libraries');
      await back.run();
      const now = await region.confirm('postgres.set', { setting: 'work_mem', value: '8MB' });
      expect(now.preview.notes).toContain('it holds at once');
      await now.run();
      const large = () => shown('work_mem').then((seen) => seen.setting === '8192');
      await eventually(large, { what: 'the new work_mem' });
    });

    it('says what a user without the right lacks, and takes nothing but settings it knows', async () => {
      const asApp = regionOf(server, {
        at: { host: server.host, port: server.port },
        user: 'app',
        password: () => 'right',
      });
      const input = { setting: 'work_mem', value: '8MB' };
      const asked = asApp.confirm('postgres.set', input).then((change) => change.run());
      await expect(asked).rejects.toMatchObject({ kind: 'denied' });
      for (const wrong of [
        { setting: 'archive_command', value: 'rm' },
        { setting: 'work_mem', value: "8MB'; DROP TABLE x" },
      ]) {
        await expect(region.confirm('postgres.set', wrong)).rejects.toThrow();
      }
    });

    it('creates an extension that is there, and names one that is not', async () => {
      const change = await region.confirm('postgres.extension', { name: 'plpgsql' });
      expect(change.preview.notes).toEqual([
        expect.stringMatching(/^version .* is there already$/),
      ]);
      await change.run();
      expect(await change.settle()).toMatchObject({ state: 'done' });
      await expect(region.confirm('postgres.extension', { name: 'nothing' })).rejects.toMatchObject(
        {
          message: expect.stringContaining('has no extension nothing to create'),
        },
      );
    });

    it('promotes a standby, once', async () => {
      const standby = await server.standby();
      await standby.start();
      const there = regionOf(standby);
      await expect(region.confirm('postgres.promote', {})).rejects.toMatchObject({
        message: expect.stringContaining('is a primary already'),
      });
      const change = await there.confirm('postgres.promote', {});
      expect(change.preview).toMatchObject({
        command: expect.stringContaining('SELECT pg_promote(true, 60)'),
        notes: expect.arrayContaining(['what the primary committed and did not send is lost']),
      });
      expect(await change.settle()).toMatchObject({ state: 'not-done' });
      await change.run();
      expect(await change.settle()).toMatchObject({ state: 'done' });
      expect(await there.read('postgres.ready')).toMatchObject({ standby: false });
      await expect(change.run()).rejects.toThrow();
      await standby.kill();
    });
  },
);
