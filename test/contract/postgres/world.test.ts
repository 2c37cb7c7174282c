import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/domain/clock.ts';
import { memoryDatabase, newDatabase } from '../../../src/simulator/postgres/memory.ts';
import type { LockMode } from '../../../src/simulator/postgres/world.ts';
import { eventually } from '../../harness/eventually.ts';
import { regionOf } from './region.ts';
import type { PostgresServer } from './server.ts';
import { serverOf } from './simulated.ts';

const SEED = `CREATE TABLE inference_logs (id serial PRIMARY KEY, created_at timestamp DEFAULT now());
  INSERT INTO inference_logs (created_at) SELECT now() - n * interval '1 day'
    FROM generate_series(0, 9) n`;

describe('a world behind the simulated PostgreSQL', () => {
  const servers: PostgresServer[] = [];
  afterAll(async () => {
    for (const server of servers) await server.remove();
  });

  async function started(seed: string | null) {
    const world = memoryDatabase(newDatabase(Date.now()), systemClock);
    const server = await serverOf(world, seed);
    servers.push(server);
    await server.start();
    return { world, server, region: regionOf(server) };
  }

  /** One server with tables for all that need them: it takes seconds to start. */
  let shared: Awaited<ReturnType<typeof started>>;
  beforeAll(async () => {
    shared = await started(SEED);
    await shared.server.warm();
  });
  afterEach(async () => {
    await shared.server.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE pid <> pg_backend_pid()`);
  });

  /** A session of the world's own that holds a lock. */
  function holder(world: ReturnType<typeof memoryDatabase>, mode: LockMode) {
    const { nextPid: pid } = world.state;
    const at = { queryStart: Date.now() - 400_000, transactionStart: Date.now() - 400_000 };
    const query = 'LOCK TABLE inference_logs';
    const session = { user: 'admin', database: 'postgres', application: 'report', query, ...at };
    world.apply({ kind: 'connect', session: { ...session, state: 'active' } });
    const target = { table: 'public.inference_logs', row: null };
    world.apply({ kind: 'lock', lock: { pid, target, mode } });
    return pid;
  }

  it('answers the console without any tables, and says that there are none', async () => {
    const { region, server, world } = await started(null);
    const pid = holder(world, 'AccessExclusiveLock');
    expect(await region.read('postgres.sessions')).toMatchObject({ active: 1, first: { pid } });
    expect(await region.read('postgres.ready', { disk: true })).toMatchObject({ diskFull: false });
    const query = 'SELECT 1 FROM inference_logs';
    await expect(region.read('postgres.query', { query })).rejects.toThrow(
      'relation "inference_logs" does not exist',
    );
    const change = await region.confirm('postgres.cancel', { pids: pid });
    await change.run();
    expect(world.state.sessions.find((one) => one.pid === pid)?.state).toBe('idle');
    await server.sql('ALTER SYSTEM SET max_connections = 200');
    await (await region.confirm('postgres.reload', {})).run();
    expect(world.state.settings['max_connections']?.value).toBe('100');
    world.apply({ kind: 'restart' });
    expect(await region.read('postgres.sessions')).toMatchObject({ maxConnections: 200 });
  });

  it('tells a disk that takes nothing more', async () => {
    const { region, server, world } = shared;
    world.apply({ kind: 'told', patch: { diskFull: true } });
    expect(await region.read('postgres.ready', { disk: true })).toMatchObject({ diskFull: true });
    const insert = 'INSERT INTO inference_logs DEFAULT VALUES';
    await expect(server.sql(insert)).rejects.toMatchObject({ code: '53100' });
    world.apply({ kind: 'told', patch: { diskFull: false } });
    await server.sql(`BEGIN; ${insert}; ROLLBACK`);
    expect(await region.read('postgres.ready', { disk: true })).toMatchObject({ diskFull: false });
  });

  it('lets clients wait for a session of the world, until that is ended or they are', async () => {
    const { region, server, world } = shared;
    const pid = holder(world, 'AccessExclusiveLock');
    const client = await server.client({ application_name: 'worker' });
    const count = 'SELECT count(*)::int AS n FROM inference_logs';
    const waiting = () =>
      eventually(
        async () => ((await region.read('postgres.sessions'))['waiting'] === 1 ? true : null),
        { what: 'the worker to wait', everyMs: 10 },
      );
    await client.query("SET lock_timeout = '50ms'");
    await expect(client.query(count)).rejects.toMatchObject({ code: '55P03' });
    await client.query('SET lock_timeout = 0; SET statement_timeout = 60');
    await expect(client.query(count)).rejects.toMatchObject({ code: '57014' });
    await client.query('SET statement_timeout = 0');
    const cancelled = client.query(count).catch((error: unknown) => error);
    await waiting();
    const worker = world.state.sessions.find(({ application }) => application === 'worker');
    await (await region.confirm('postgres.cancel', { pids: worker?.pid })).run();
    expect(await cancelled).toMatchObject({ code: '57014' });
    const freed = client.query(count);
    await waiting();
    const change = await region.confirm('postgres.terminate', { blocking: true });
    expect(change.preview.targets).toMatchObject([{ name: `postgres pid ${pid}` }]);
    expect(await change.run()).toEqual({ ended: 1, alreadyGone: 0 });
    expect((await freed).rows).toEqual([{ n: 10 }]);
  });

  it('joins what the world tells with what the tables hold, in any SQL', async () => {
    const { server, world } = shared;
    const tableBytes = { 'public.inference_logs': 5_000_000_000 };
    world.apply({ kind: 'told', patch: { tableBytes } });
    const pid = holder(world, 'ShareUpdateExclusiveLock');
    const client = await server.client({ application_name: 'me' });
    const { rows } = await client.query(`
      SELECT a.pid, l.mode, c.relname, row_number() OVER (ORDER BY a.pid)::int AS place,
        pg_total_relation_size(c.oid)::text AS bytes, a.application_name
      FROM pg_catalog.pg_locks l JOIN pg_class c ON c.oid = l.relation
      JOIN pg_stat_activity a USING (pid) WHERE l.granted AND a.pid <> pg_backend_pid()`);
    expect(rows).toEqual([
      {
        ...{ pid, mode: 'ShareUpdateExclusiveLock', relname: 'inference_logs', place: 1 },
        ...{ bytes: '5000000000', application_name: 'report' },
      },
    ]);
    const told = await client.query(`SELECT pg_backend_pid() AS me, r.n,
      (SELECT count(*)::int FROM inference_logs) AS logs, current_setting('max_connections') AS most
      FROM (VALUES (1)) AS r(n)`);
    expect(told.rows).toMatchObject([{ n: 1, logs: 10, most: '100' }]);
    expect(told.rows[0].me).toBe(world.state.sessions.find((one) => one.application === 'me')?.pid);
  });

  it('keeps transactions of clients apart, though one session runs them all', async () => {
    const { server } = shared;
    const [one, other] = [await server.client(), await server.client()];
    await one.query('BEGIN');
    await one.query('DELETE FROM inference_logs WHERE id <= 4');
    const count = async (client: typeof one) => {
      const { rows } = await client.query('SELECT count(*)::int AS n FROM inference_logs');
      return rows[0].n;
    };
    expect([await count(one), await count(other), await count(one)]).toEqual([6, 10, 6]);
    await other.query('INSERT INTO inference_logs DEFAULT VALUES');
    expect([await count(one), await count(other)]).toEqual([7, 11]);
    await one.query('COMMIT');
    expect(await count(other)).toBe(7);
    await one.query('BEGIN');
    await one.query('DELETE FROM inference_logs');
    await one.query('ROLLBACK');
    expect(await count(other)).toBe(7);
    await one.query('BEGIN');
    await expect(one.query('SELECT nothing')).rejects.toMatchObject({ code: '42703' });
    await expect(one.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' });
    await one.query('ROLLBACK');
  });
});
