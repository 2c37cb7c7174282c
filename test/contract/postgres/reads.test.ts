import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { attackBytes, attacked } from '../../harness/rogue.ts';
import { applications, type DatabaseRegion, regionOf } from './region.ts';
import type { PostgresServer } from './server.ts';
import { describePostgres } from './servers.ts';

describePostgres('reads of PostgreSQL', ({ it, postgresServer }) => {
  let server: PostgresServer;
  let region: DatabaseRegion;
  const apps = applications(() => server);
  beforeAll(async () => {
    server = await postgresServer();
    await server.start('max_connections=12');
    await server.sql(`CREATE TABLE logs (id bigint, text text, created_at timestamp);
      INSERT INTO logs SELECT n, 'x', now() AT TIME ZONE 'UTC' - n * interval '1 day' - interval '12 hours'
        FROM generate_series(0, 99) n;
      CREATE SCHEMA audit; CREATE TABLE audit.events (at timestamptz, day date, name text);
      INSERT INTO audit.events SELECT now() - interval '40 days', now() - interval '40 days', '';
      CREATE SCHEMA other; CREATE TABLE other.events (at timestamptz);
      CREATE ROLE app LOGIN PASSWORD 'right'`);
    region = regionOf(server);
  });
  afterEach(() => apps.end());
  afterAll(() => server.remove());

  const query = (text: string, parameters: readonly unknown[] = [], more: object = {}) =>
    region.read('postgres.query', { query: text, parameters, ...more });

  it('reads rows with bound values, numbers as numbers', async () => {
    const text = `SELECT id, text AS words, id > 90 AS late, NULL AS nothing,
      1.5::numeric AS share, 9007199254740993::bigint AS big FROM logs WHERE id >= $1 ORDER BY id`;
    expect(await query(text, [98])).toEqual({
      rows: [98, 99].map((id) => ({
        ...{ id, words: 'x', late: true, nothing: null },
        ...{ share: 1.5, big: '9007199254740993' },
      })),
      first: expect.objectContaining({ id: 98 }),
      fields: ['id', 'words', 'late', 'nothing', 'share', 'big'],
      rowCount: 2,
      truncated: false,
    });
    expect(await query('SHOW max_connections;')).toMatchObject({
      first: { max_connections: '12' },
    });
    expect(await query('EXPLAIN SELECT 1')).toMatchObject({ rowCount: 1 });
    expect(await query('SELECT count(*) AS n FROM logs WHERE false')).toMatchObject({
      first: { n: 0 },
    });
    expect(await query('SELECT id FROM logs WHERE false')).toMatchObject({
      rows: [],
      first: null,
      fields: ['id'],
    });
  });

  it('is bounded in rows and length, and says so', async () => {
    expect(await query('SELECT id FROM logs', [], { limit: 7 })).toMatchObject({
      rowCount: 7,
      truncated: true,
    });
    expect(await query('SELECT id FROM logs', [], { limit: '100' })).toMatchObject({
      rowCount: 100,
      truncated: false,
    });
    const wide = await query(`SELECT repeat('x', 10000) FROM generate_series(1, 200000)`);
    expect(wide).toMatchObject({ rowCount: 4, truncated: true });
    const one = await query(`SELECT repeat('x', 1000000) AS long`);
    expect(one).toMatchObject({ rowCount: 1, truncated: true });
    expect(String((one['first'] as { long: string }).long)).toHaveLength(2000);
  });

  it('changes nothing, whatever the text says', async () => {
    const attempts = [
      'DELETE FROM logs RETURNING id',
      'WITH gone AS (DELETE FROM logs RETURNING id) SELECT * FROM gone',
      'SELECT 1; DELETE FROM logs',
      'SELECT 1; COMMIT; DELETE FROM logs; BEGIN',
      'SELECT 1; COMMIT; BEGIN READ WRITE; DELETE FROM logs; COMMIT; BEGIN',
      'COMMIT',
      'CREATE TABLE t (a int)',
      'SELECT * INTO t FROM logs',
      'SELECT * FROM logs FOR UPDATE',
      'EXPLAIN ANALYZE DELETE FROM logs',
      'DO $$ BEGIN PERFORM pg_sleep(0); END $$',
      "COPY logs TO PROGRAM 'id'",
      'VACUUM logs',
      'LISTEN x',
    ];
    for (const text of attempts) {
      await expect(query(text), text).rejects.toMatchObject({ message: expect.any(String) });
    }
    for (const name of ['pg_terminate_backend(1)', 'PG_RELOAD_CONF ()', `pg_sleep(5)`]) {
      await expect(query(`SELECT ${name}`), name).rejects.toThrow('only reads');
    }
    expect(await query('SELECT count(*) AS n FROM logs')).toMatchObject({ first: { n: 100 } });
  });

  it('brings no control sequence, in names or values, and shows the whole command quoted', async () => {
    const evil = attacked('evil');
    const answer = await query(`SELECT $1::text AS "${evil}"`, [`${evil}'; DROP TABLE logs; --`]);
    const words = region.command('postgres.query', {
      query: 'SELECT $1::text',
      parameters: [`${evil}'; DROP TABLE logs; --`],
    });
    for (const text of [JSON.stringify(answer), JSON.stringify(words)]) {
      expect(text).toContain('evil');
      for (const bytes of attackBytes) {
        expect(text).not.toContain(JSON.stringify(bytes).slice(1, -1));
      }
    }
    const spoken = execFileSync('sh', ['-c', `printf '%s\\n' ${words}`], { encoding: 'utf8' });
    expect(spoken.split('\n').slice(-3)).toEqual([
      '-c',
      "PREPARE q AS SELECT $1::text; EXECUTE q('evil''; DROP TABLE logs; --')",
      '',
    ]);
    expect(await query('SELECT count(*) AS n FROM logs')).toMatchObject({ first: { n: 100 } });
  });

  it('says what was wrong in a query, and gives up on one that takes too long', async () => {
    await expect(query('SELECT * FROM nothing')).rejects.toMatchObject({
      message: expect.stringContaining('relation "nothing" does not exist'),
    });
    await expect(query('SELECT id FROM logs WHERE id = $1')).rejects.toMatchObject({
      kind: 'failed',
    });
    const locker = await apps.session('locker');
    await locker.client.query('BEGIN; LOCK TABLE logs');
    await expect(query('SELECT * FROM logs')).rejects.toMatchObject({ kind: 'timeout' });
  });

  it('postgres.count counts what is older, in a column with or without a zone', async () => {
    const old = { table: 'logs', column: 'created_at', olderThan: '30d' };
    expect(await region.read('postgres.count', old)).toMatchObject({
      table: 'public.logs',
      older: 70,
      before: expect.stringMatching(/^20\d\d-.*\+00$/),
    });
    for (const column of ['at', 'day']) {
      const events = { table: 'audit.events', column, olderThan: '30d' };
      expect(await region.read('postgres.count', events)).toMatchObject({ older: 1 });
    }
    const before = { table: 'logs', column: 'created_at', before: '2020-01-01T00:00:00Z' };
    expect(await region.read('postgres.count', before)).toMatchObject({ older: 0 });
  });

  it('names what it probably means where a table or a column is not there', async () => {
    const count = (table: string, column = 'created_at') =>
      region.read('postgres.count', { table, column, olderThan: '1d' });
    await expect(count('log')).rejects.toMatchObject({
      kind: 'missing',
      message: 'there is no table log in this database',
      mend: 'did you mean `logs`?',
    });
    await expect(count('events', 'at')).rejects.toMatchObject({
      message: 'several schemas have a table events',
      mend: 'name one of audit.events, other.events',
    });
    await expect(count('logs', 'created')).rejects.toMatchObject({
      mend: 'did you mean `created_at`?',
    });
    await expect(count('logs', 'text')).rejects.toMatchObject({
      message: 'column text of public.logs is no time: it is text',
      mend: 'its times are created_at',
    });
    const need = { table: 'log', column: 'created_at', olderThan: '1d' };
    expect(await region.needs('postgres.count', need)).toEqual([
      {
        what: 'table log with created_at',
        found: null,
        state: 'missing',
        suggestion: 'did you mean `logs`?',
      },
    ]);
    const known = { ...need, table: 'logs' };
    expect(await region.needs('postgres.count', known)).toMatchObject([
      { state: 'ok', found: 'public.logs created_at' },
    ]);
    const app = regionOf(server, {
      at: { host: server.host, port: server.port },
      user: 'app',
      password: () => 'right',
    });
    expect(await app.needs('postgres.count', known)).toMatchObject([{ state: 'forbidden' }]);
  });

  it('postgres.size tells the largest tables and what is dead in them', async () => {
    await server.sql('CREATE TABLE big AS SELECT n FROM generate_series(1, 10000) n');
    await server.sql('DELETE FROM big WHERE n <= 4000; ANALYZE big');
    const size = await region.read('postgres.size', { limit: 50 });
    expect(size).toMatchObject({
      database: 'postgres',
      bytes: expect.any(Number),
      bytesHuman: expect.stringMatching(/M$/),
    });
    const tables = size['tables'] as { name: string; bytes: number; deadRows: number }[];
    const big = tables.find(({ name }) => name === 'public.big');
    expect(big).toMatchObject({ rows: 6000, deadRows: 4000, deadShare: 0.4, lastVacuum: null });
    expect(tables.map(({ bytes }) => bytes)).toEqual(
      tables.map(({ bytes }) => bytes).sort((a, b) => b - a),
    );
  });

  it('finds the server by role, by source, or as the only one, and says who is known', async () => {
    const [known] = region.servers();
    if (known === undefined) throw new Error('no server');
    const { findServer } = await import('../../../src/integrations/postgres/role.ts');
    const two = () => [known, { ...known, source: 'shop', database: 'shop' }];
    const find = (input: object, servers = two) => findServer(servers, input, region.context);
    expect(find({ source: 'shop' }).database).toBe('shop');
    expect(find({ service: 'postgres', database: 'x' }).database).toBe('x');
    expect(find({ service: 'primary' }, () => [known])).toBe(known);
    expect(() => find({ service: 'primary' })).toThrow('Nobody says how to log in');
    expect(() => find({ source: 'shp' })).toThrow(
      expect.objectContaining({ mend: 'did you mean `shop`?' }),
    );
    expect(() => find({ source: 'shop' }, () => [])).toThrow(
      expect.objectContaining({ mend: expect.stringContaining('PGPASSWORD') }),
    );
    expect(() => find({})).toThrow('Which database');
  });
});
