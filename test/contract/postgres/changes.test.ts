import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { eventually } from '../../harness/eventually.ts';
import { applications, type DatabaseRegion, regionOf } from './region.ts';
import type { PostgresServer } from './server.ts';
import { describePostgres } from './servers.ts';

const old = { table: 'logs', column: 'created_at', olderThan: '30d' };

describePostgres('changes of PostgreSQL', ({ it, postgresServer }) => {
  let server: PostgresServer;
  let region: DatabaseRegion;
  const apps = applications(() => server);
  beforeAll(async () => {
    server = await postgresServer();
    await server.start();
    await server.sql(`CREATE ROLE app LOGIN PASSWORD 'right'`);
    await server.sql(`GRANT CREATE ON SCHEMA public TO app`);
  });
  beforeEach(async () => {
    region = regionOf(server);
    await server.sql(`CREATE TABLE logs (id int PRIMARY KEY, created_at timestamp);
      INSERT INTO logs SELECT n, now() AT TIME ZONE 'UTC' - n * interval '1 day'
          - interval '12 hours' FROM generate_series(0, 99) n;
      CREATE TABLE kept (id int REFERENCES logs ON DELETE CASCADE);
      INSERT INTO kept VALUES (1), (50); ANALYZE logs`);
  });
  afterEach(async () => {
    await apps.end();
    await server.sql('DROP TABLE IF EXISTS kept, logs');
  });
  afterAll(() => server.remove());

  const count = async (table = 'logs') => {
    const query = `SELECT count(*) AS n FROM ${table}`;
    const { first } = await region.read('postgres.query', { query });
    return (first as { n: number }).n;
  };
  const asApp = () =>
    regionOf(server, {
      at: { host: server.host, port: server.port },
      user: 'app',
      password: () => 'right',
    });

  it('deletes old rows in batches, counted first, and knows that it did', async () => {
    const change = await region.confirm('postgres.delete-batches', { ...old, batch: 30 });
    expect(change.preview).toMatchObject({
      targets: [
        {
          kind: 'table',
          name: 'public.logs',
          detail: 'database postgres of postgres',
          identity: { table: 'public.logs', column: 'created_at', oid: expect.any(String) },
        },
      ],
      command: expect.stringContaining('DELETE FROM public.logs WHERE created_at <'),
      notes: [
        expect.stringMatching(/^deletes 70 rows of about 100, those before 20\d\d-.*\+00$/),
        expect.stringMatching(/^the oldest is of /),
        'created_at has no time zone: its times are read as UTC',
        'rows of public.kept that refer to them go too',
        'the space is free for new rows after a VACUUM',
      ],
      before: { rows: '70' },
    });
    expect(await change.settle()).toMatchObject({ state: 'not-done' });
    expect(await change.run()).toEqual({ deleted: 70 });
    expect(region.context.lines).toEqual(['30 rows deleted', '60 rows deleted', '70 rows deleted']);
    expect([await count(), await count('kept')]).toEqual([30, 1]);
    expect(await change.settle()).toMatchObject({ state: 'done' });
    expect(await region.read('postgres.count', old)).toMatchObject({ older: 0 });
  });

  it('deletes up to the moment that was shown, not what grew old meanwhile', async () => {
    const change = await region.confirm('postgres.delete-batches', old);
    await server.sql(`UPDATE logs SET created_at = now() AT TIME ZONE 'UTC' - interval '30 days'
      + interval '1 second' WHERE id < 30`);
    expect((await change.again()).targets).toEqual(change.preview.targets);
    expect(await change.run()).toEqual({ deleted: 70 });
    expect(await count()).toBe(30);
  });

  it('stops at a row somebody holds, says what is deleted, and can tell half done', async () => {
    const locker = await apps.session('locker');
    await locker.client.query('BEGIN; UPDATE logs SET id = id WHERE id = 99');
    const change = await region.confirm('postgres.delete-batches', { ...old, batch: 40 });
    await expect(change.run()).rejects.toMatchObject({ kind: 'timeout' });
    expect(region.context.lines.at(-1)).toBe('stopped: 40 rows deleted so far stay deleted');
    expect(await change.settle()).toMatchObject({
      state: 'unknown',
      because: expect.stringContaining('30 rows that old are left'),
    });
    await locker.client.query('ROLLBACK');
    expect(await change.run()).toEqual({ deleted: 30 });
  });

  it('ends with the connection: the server deletes nothing for a runner that is gone', async () => {
    const stop = new AbortController();
    const gone = regionOf(server);
    await server.sql(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(600); RETURN OLD; END $$;
      CREATE TRIGGER slow BEFORE DELETE ON logs EXECUTE FUNCTION slow()`);
    const { postgresActions } = await import('../../../src/integrations/postgres/actions.ts');
    const action = postgresActions(gone.servers).find(({ id }) => id === 'postgres.delete-batches');
    const { preview } = await gone.confirm('postgres.delete-batches', old);
    const input = action?.input.parse(preview.input);
    const run = action?.run(input, preview.targets, { ...gone.context, signal: stop.signal });
    const waiting = `SELECT pid FROM pg_stat_activity WHERE application_name = 'opsconsole'
      AND wait_event = 'PgSleep'`;
    await eventually(
      async () => {
        const { rowCount } = await region.read('postgres.query', { query: waiting });
        return rowCount === 1;
      },
      { what: 'the deletion to run', everyMs: 10 },
    );
    stop.abort(new Error('killed'));
    await expect(run).rejects.toThrow('killed');
    await eventually(
      async () => {
        const { rowCount } = await region.read('postgres.query', { query: waiting });
        return rowCount === 0;
      },
      { what: 'the server to give up' },
    );
    expect(await count()).toBe(100);
    await server.sql('DROP TABLE kept, logs; DROP FUNCTION slow');
  });

  it('refuses another table of the same name, and a server that was started again', async () => {
    const change = await region.confirm('postgres.delete-batches', old);
    await server.sql(`ALTER TABLE kept DROP CONSTRAINT kept_id_fkey; DROP TABLE logs;
      CREATE TABLE logs (id int, created_at timestamp); INSERT INTO logs VALUES (1, '2020-01-01')`);
    const [before] = change.preview.targets;
    expect((await change.again()).targets[0]?.identity['oid']).not.toBe(before?.identity['oid']);
    await expect(change.run()).rejects.toMatchObject({
      message: 'public.logs was left as it is: it is not what the dialog showed any more',
    });
    expect(await count()).toBe(1);
    expect(await change.settle()).toMatchObject({ state: 'unknown' });
    const other = await region.confirm('postgres.delete-batches', old);
    await server.kill();
    await server.start();
    await expect(other.run()).rejects.toMatchObject({ kind: 'failed' });
    expect(await count()).toBe(1);
  });

  it('says which right it lacks before it is tried', async () => {
    await server.sql('GRANT SELECT ON logs TO app');
    const change = await asApp().confirm('postgres.delete-batches', old);
    expect(change.preview.notes).toContain(
      'this user may not delete from the table: it will be refused',
    );
    await expect(change.run()).rejects.toMatchObject({ kind: 'denied' });
    expect(await asApp().needs('postgres.delete-batches', old)).toMatchObject([
      { state: 'forbidden', suggestion: 'GRANT SELECT, DELETE ON public.logs to this user' },
    ]);
    expect(await count()).toBe(100);
  });

  it('deletes from tables and by columns of any name, and from no other', async () => {
    await server.sql('CREATE TABLE victim (at timestamptz); INSERT INTO victim VALUES (now())');
    const name = fc
      .string({ minLength: 1, maxLength: 15, unit: 'grapheme' })
      .filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text) && Buffer.byteLength(text) < 60);
    const hostile = fc.constantFrom(
      '"; DROP TABLE victim; --',
      `'; DELETE FROM victim; --`,
      'a.b',
      'select',
      'a"b',
      '$1',
      '%s\\',
    );
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const { client } = await apps.session('setup');
    await fc.assert(
      fc.asyncProperty(fc.oneof(name, hostile), fc.oneof(name, hostile), async (table, column) => {
        await client.query(`CREATE TABLE ${quoted(table)} (${quoted(column)} timestamptz)`);
        try {
          await client.query(`INSERT INTO ${quoted(table)} VALUES ('2020-01-01'), (now())`);
          const input = { table, column, olderThan: '1d' };
          expect(await region.read('postgres.count', input)).toMatchObject({ older: 1 });
          const change = await region.confirm('postgres.delete-batches', input);
          expect(await change.run()).toEqual({ deleted: 1 });
          const { rows } = await client.query(`SELECT count(*)::int AS n FROM ${quoted(table)}`);
          expect(rows).toEqual([{ n: 1 }]);
        } finally {
          await client.query(`DROP TABLE ${quoted(table)}`);
        }
      }),
      { numRuns: 40 },
    );
    expect(await count('victim')).toBe(1);
    await server.sql('DROP TABLE victim');
  });

  it('takes names and times of nothing but names and times', async () => {
    const texts = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.constantFrom("' OR true --", 'logs; DROP TABLE logs', 'logs WHERE true', 'public.logs"'),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        for (const wrong of [{ table: text }, { column: text }, { before: text }]) {
          const { olderThan: _, ...rest } = old;
          const input = { ...rest, before: '2026-01-01T00:00:00Z', ...wrong };
          await expect(region.confirm('postgres.delete-batches', input)).rejects.toThrow();
        }
      }),
      { numRuns: 30 },
    );
    expect(await count()).toBe(100);
  });

  it('vacuums a table, tells its progress, and knows that it did', async () => {
    await server.sql('DELETE FROM kept; DELETE FROM logs WHERE id < 50');
    const change = await region.confirm('postgres.vacuum', { table: 'logs' });
    expect(change.preview).toMatchObject({
      targets: [{ kind: 'table', name: 'public.logs' }],
      command: expect.stringContaining(`-c 'VACUUM (VERBOSE, ANALYZE) public.logs'`),
      notes: [expect.stringContaining('about 50 dead rows'), 'it was never vacuumed'],
    });
    const startedAt = Date.now();
    expect(await change.settle(startedAt)).toMatchObject({ state: 'not-done' });
    expect(await change.run()).toEqual({ deadBefore: 50, deadAfter: 0 });
    expect(region.context.lines.join('\n')).toContain('vacuuming "postgres.public.logs"');
    expect(region.context.lines.at(-1)).toMatch(/^done: .*, about 0 dead rows$/);
    expect(await change.settle(startedAt)).toMatchObject({ state: 'done' });
    const twice = await region.confirm('postgres.vacuum', { table: 'logs', rounds: 2 });
    expect(twice.preview.command).toMatch(
      /VACUUM \(VERBOSE, ANALYZE\) .* && .*'VACUUM public\.logs'/,
    );
    expect(await twice.run()).toEqual({ deadBefore: 0, deadAfter: 0 });
    const app = await asApp().confirm('postgres.vacuum', { table: 'logs', analyze: false });
    await expect(app.run()).rejects.toMatchObject({
      kind: 'denied',
      message: 'public.logs was passed over: this user may not vacuum it',
    });
  });

  it('reloads the configuration, shows what will change, and knows that it did', async () => {
    await server.configure('work_mem', '5MB');
    await server.configure('max_wal_size', '2GB');
    await server.configure('max_worker_processes', '9');
    const change = await region.confirm('postgres.reload', {});
    expect(change.preview).toMatchObject({
      targets: [{ kind: 'database', name: 'postgres' }],
      command: expect.stringContaining('SELECT pg_reload_conf()'),
      details: [
        'work_mem = 5MB (now 4MB)',
        'max_wal_size = 2GB (now 1GB)',
        'max_worker_processes = 9 (now 8, only after a restart)',
      ],
      notes: ['3 settings differ'],
    });
    const startedAt = Date.now();
    expect(await change.settle(startedAt)).toMatchObject({ state: 'not-done' });
    await change.run();
    expect(await change.settle(startedAt)).toMatchObject({ state: 'done' });
    expect(await region.read('postgres.query', { query: 'SHOW work_mem' })).toMatchObject({
      first: { work_mem: '5MB' },
    });
    const app = await asApp().confirm('postgres.reload', {});
    expect(app.preview.notes).toEqual([
      'what will change cannot be seen: this user may not read pg_file_settings',
    ]);
    await expect(app.run()).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('does not let this user reload it'),
    });
  });

  it('takes no change on a standby', async () => {
    const standby = await server.standby();
    await standby.start();
    const there = regionOf(standby);
    expect(await there.read('postgres.ready')).toMatchObject({ reachable: true, standby: true });
    for (const [id, input] of [
      ['postgres.delete-batches', old],
      ['postgres.vacuum', { table: 'logs' }],
    ] as const) {
      await expect(there.confirm(id, input)).rejects.toMatchObject({
        message: expect.stringContaining('is a standby: it takes no changes'),
      });
    }
  });
});
