import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { blockingTree, longest } from '../../../src/domain/database-blocking.ts';
import {
  type PostgresSourceOptions,
  postgresSource,
} from '../../../src/integrations/postgres/source.ts';
import { eventually } from '../../harness/eventually.ts';
import { attackBytes, attacked } from '../../harness/rogue.ts';
import type { PostgresServer } from './server.ts';
import { describePostgres } from './servers.ts';

const never = new AbortController().signal;

describePostgres('postgres source', ({ it, postgresServer }) => {
  let server: PostgresServer;
  const closers: (() => unknown)[] = [];
  beforeAll(async () => {
    server = await postgresServer();
    await server.start(
      'shared_preload_libraries=pg_stat_statements',
      'max_connections=400',
      'max_prepared_transactions=5',
    );
    await server.sql(`CREATE DATABASE shop; `);
    await server.sql(`CREATE TABLE orders (id int PRIMARY KEY, note text);
      INSERT INTO orders SELECT n, '' FROM generate_series(1, 10) n;
      CREATE ROLE plain LOGIN PASSWORD 'right'`);
  });
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });
  afterAll(() => server.remove());

  function sourceOf(options: Partial<PostgresSourceOptions> = {}) {
    const source = postgresSource({
      name: 'postgres',
      address: async () => ({ socketFolder: server.socketFolder, port: server.port }),
      database: 'postgres',
      user: 'admin',
      intervalMs: 1000,
      timeoutMs: 3000,
      ...options,
    });
    closers.push(() => source.close?.());
    return source;
  }

  /** A session of an application, ended after the test. */
  async function session(application_name: string) {
    const client = await server.client({ application_name });
    closers.push(() => client.end());
    return client;
  }

  it('tells the server, its sizes and its own way of being there', async () => {
    const source = sourceOf();
    const other = await session('other');
    const fact = await source.poll(never);
    expect(fact).toMatchObject({
      version: expect.stringMatching(/^\d+(\.\d+)?$/),
      role: 'primary',
      maxConnections: 400,
      reservedConnections: 3,
      connectionsUsed: 2,
      counts: { active: 0, idle: 1, idleInTransaction: 0, waiting: 0, total: 1 },
      sessions: [{ application: 'other', user: 'admin', database: 'postgres', state: 'idle' }],
      sessionsCut: false,
      statements: null,
      notes: [],
    });
    expect(fact.sizes.map(({ name }) => name).sort()).toEqual(['postgres', 'shop']);
    expect(fact.sizes.every(({ bytes }) => bytes > 1_000_000)).toBe(true);
    expect(fact.startedAt).toBeLessThanOrEqual(Date.now());
    const { rows } = await other.query(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'opsconsole'`,
    );
    await source.poll(never);
    expect(rows).toEqual([{ n: 1 }]);
  });

  it('asks politely: read-only, with limits, and holds no transaction open', async () => {
    const source = sourceOf();
    await source.poll(never);
    const other = await session('other');
    const mine = `FROM pg_stat_activity WHERE application_name = 'opsconsole'`;
    const { rows } = await other.query(`SELECT state, xact_start ${mine}`);
    expect(rows).toEqual([{ state: 'idle', xact_start: null }]);
    const { connectPostgres } = await import('../../../src/integrations/postgres/client.ts');
    const address = { socketFolder: server.socketFolder, port: server.port };
    const own = connectPostgres({ address, database: 'postgres', user: 'admin', timeoutMs: 500 });
    closers.push(() => own.close());
    const shown = ['statement_timeout', 'lock_timeout', 'search_path'].map((n) => `SHOW ${n}`);
    expect((await own.query(shown.join(';'), never)).flat()).toEqual([
      { statement_timeout: '400ms' },
      { lock_timeout: '250ms' },
      { search_path: 'pg_catalog' },
    ]);
    await expect(own.query('CREATE TABLE public.t (a int)', never)).rejects.toMatchObject({
      message: expect.stringContaining('read-only'),
    });
    await expect(own.query('SELECT pg_sleep(10)', never)).rejects.toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('took too long'),
    });
    expect(own.usable).toBe(true);
    const locker = await session('locker');
    await locker.query('BEGIN; LOCK TABLE orders');
    await expect(own.query('SELECT * FROM public.orders', never)).rejects.toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('locked'),
    });
  });

  it('names who blocks whom, the root first, and who is idle in a transaction', async () => {
    const root = await session('batch');
    await root.query(`BEGIN; UPDATE orders SET note = 'a' WHERE id = 1`);
    const middle = await session('api');
    await middle.query(`BEGIN; UPDATE orders SET note = 'b' WHERE id = 2`);
    const second = middle.query(`UPDATE orders SET note = 'b' WHERE id = 1`);
    const last = await session('web');
    const source = sourceOf();
    await eventually(async () => (await source.poll(never)).counts.waiting === 1, {
      what: 'the second to wait',
    });
    const third = last.query(`UPDATE orders SET note = 'c' WHERE id = 2 /* the third */`);
    const fact = await eventually(
      async () => {
        const polled = await source.poll(never);
        return polled.counts.waiting === 2 ? polled : null;
      },
      { what: 'two to wait' },
    );
    expect(fact.counts).toEqual({
      active: 2,
      idle: 0,
      idleInTransaction: 1,
      waiting: 2,
      total: 3,
    });
    expect(fact.waits).toEqual([{ type: 'Lock', event: 'transactionid', sessions: 2 }]);
    const tree = blockingTree(fact.sessions);
    expect(
      tree.map(({ depth, session: one, waiters }) => [depth, one?.application, waiters]),
    ).toEqual([
      [0, 'batch', 2],
      [1, 'api', 1],
      [2, 'web', 0],
    ]);
    expect(tree[0]?.session).toMatchObject({
      state: 'idle in transaction',
      query: expect.stringContaining("note = 'a'"),
      backendStartText: expect.stringMatching(/^20\d\d-.*\+00$/),
    });
    expect(tree[2]?.session).toMatchObject({
      state: 'active',
      waitEventType: 'Lock',
      query: expect.stringContaining('/* the third */'),
    });
    const { query, transaction } = longest(fact.sessions, Date.now());
    expect(transaction?.session.application).toBe('batch');
    expect(query?.session.application).toBe('api');
    expect(query?.durationMs).toBeLessThan(60_000);
    await root.query('ROLLBACK');
    await second;
    await middle.query('ROLLBACK');
    await third;
    const after = await source.poll(never);
    expect(blockingTree(after.sessions)).toEqual([]);
    expect(after.counts.idle).toBe(3);
  });

  it('tells that a prepared transaction blocks, which no session holds', async () => {
    await server.sql(`BEGIN; UPDATE orders SET note = 'p' WHERE id = 5; PREPARE TRANSACTION 'p'`);
    const waiter = await session('waiter');
    const wait = waiter.query(`UPDATE orders SET note = 'w' WHERE id = 5`);
    const source = sourceOf();
    const fact = await eventually(
      async () => {
        const polled = await source.poll(never);
        return polled.counts.waiting === 1 ? polled : null;
      },
      { what: 'one to wait' },
    );
    const tree = blockingTree(fact.sessions);
    expect(tree.map(({ pid, session: one }) => [pid, one?.application])).toEqual([
      [0, undefined],
      [fact.sessions[0]?.pid, 'waiter'],
    ]);
    await server.sql(`ROLLBACK PREPARED 'p'`);
    await wait;
  });

  it('lists 300 sessions, and brings no control sequence of theirs', async () => {
    const crowd = await Promise.all(Array.from({ length: 300 }, (_, n) => session(`worker-${n}`)));
    const rogue = crowd[0];
    await rogue?.query(`SET application_name = ${JSON.stringify('x').replaceAll('"', "'")}`);
    await rogue?.query(`BEGIN; SELECT '${attacked('evil')}' /* ${'é'.repeat(5000)} */`);
    const source = sourceOf();
    const fact = await source.poll(never);
    expect(fact.counts).toMatchObject({ total: 300, idle: 299, idleInTransaction: 1 });
    expect(fact.sessions).toHaveLength(300);
    expect(fact.sessions[0]).toMatchObject({ application: 'x', state: 'idle in transaction' });
    const text = JSON.stringify(fact.sessions.map(({ query }) => query));
    expect(text).toContain('evil');
    for (const bytes of attackBytes) expect(text).not.toContain(JSON.stringify(bytes).slice(1, -1));
    expect(fact.sessions[0]?.query).not.toContain('\ufffd');
    expect(fact.latencyMs).toBeLessThan(1000);
  });

  it('tells the statistics of statements where the extension is, and learns their texts', async () => {
    await server.sql(
      'CREATE SCHEMA "odd ""name"; CREATE EXTENSION pg_stat_statements SCHEMA "odd ""name"',
    );
    await server.sql('SELECT "odd ""name".pg_stat_statements_reset()');
    await server.sql('SELECT count(*) FROM orders');
    closers.push(() => server.sql('DROP EXTENSION pg_stat_statements'));
    const { statements, notes } = await sourceOf().poll(never);
    expect(notes).toEqual([]);
    const counted = statements?.find(({ query }) => query === 'SELECT count(*) FROM orders');
    expect(counted).toMatchObject({ calls: 1, rows: 1 });
    expect(counted?.totalMs).toBeGreaterThan(0);
  });

  it('says what an ordinary user may not see, and shows the rest', async () => {
    const owned = await session('admin-app');
    await owned.query('BEGIN');
    const blind = sourceOf({ user: 'plain' });
    const fact = await blind.poll(never);
    blind.close?.();
    expect(fact.notes).toEqual([expect.stringContaining('grant it pg_monitor')]);
    expect(fact.counts.total).toBe(1);
    expect(fact.sessions).toMatchObject([
      { application: 'admin-app', user: 'admin', state: 'unknown', query: '', backendStart: null },
    ]);
    await owned.query('ROLLBACK; GRANT pg_monitor TO plain');
    const seeing = await sourceOf({ user: 'plain' }).poll(never);
    expect(seeing.notes).toEqual([]);
    expect(seeing.sessions.find(({ user }) => user === 'admin')).toMatchObject({
      state: 'idle',
      query: expect.stringContaining('GRANT'),
    });
    await owned.query('REVOKE pg_monitor FROM plain');
  });

  it('takes its password from the options or a file, over TCP', async () => {
    const overTcp = {
      user: 'plain',
      address: async () => ({ host: '127.0.0.1', port: server.port }),
    };
    await expect(sourceOf(overTcp).poll(never)).rejects.toMatchObject({
      kind: 'denied',
      message: `PostgreSQL at 127.0.0.1:${server.port} wants a password`,
      mend: 'set its password in the configuration',
    });
    await expect(sourceOf({ ...overTcp, password: 'wrong' }).poll(never)).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('refuses the password'),
    });
    await sourceOf({ ...overTcp, password: 'right' }).poll(never);
    const passwordFile = join(server.socketFolder, 'pgpass');
    await writeFile(passwordFile, `127.0.0.1:${server.port}:*:plain:right\n`);
    await chmod(passwordFile, 0o600);
    await expect(sourceOf({ ...overTcp, passwordFile }).poll(never)).resolves.toBeDefined();
  });

  it('reads sessions of databases in other encodings, from either side', async () => {
    await server.sql(`CREATE DATABASE old TEMPLATE template0 ENCODING 'LATIN1'
      LC_COLLATE 'C' LC_CTYPE 'C'`);
    closers.push(() => server.sql('DROP DATABASE old'));
    const there = await server.client({ database: 'old', application_name: 'old' });
    await there.query(`SELECT 'é' AS old`);
    const here = await session('new');
    await here.query(`SELECT '€ é' AS new`);
    for (const database of ['old', 'postgres']) {
      const source = sourceOf({ database });
      const queries = (await source.poll(never)).sessions.map(({ query }) => query);
      source.close?.();
      expect(queries).toContainEqual(expect.stringMatching(/^SELECT '.+' AS old$/));
      expect(queries).toContain(`SELECT '€ é' AS new`);
    }
    await there.end();
  });

  it('tells an unknown database, and a user whom pg_hba.conf does not know', async () => {
    await expect(sourceOf({ database: 'nowhere' }).poll(never)).rejects.toMatchObject({
      kind: 'missing',
      message: expect.stringContaining('lacks the database: database "nowhere" does not exist'),
    });
    await expect(sourceOf({ user: 'nobody' }).poll(never)).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('lets this user not in: role "nobody" does not exist'),
    });
  });
});
