import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { postgresActions } from '../../../src/integrations/postgres/actions.ts';
import { applications, type DatabaseRegion, regionOf, untilState } from './region.ts';
import type { PostgresServer } from './server.ts';
import { describePostgres } from './servers.ts';

const SLOW = 'SELECT pg_sleep(600) /* the report */';

describePostgres('sessions of PostgreSQL', ({ it, postgresServer }) => {
  let server: PostgresServer;
  let region: DatabaseRegion;
  const apps = applications(() => server);
  beforeAll(async () => {
    server = await postgresServer();
    await server.start('max_connections=30');
    await server.sql(`CREATE TABLE orders (id int PRIMARY KEY, note text);
      INSERT INTO orders SELECT n, '' FROM generate_series(1, 10) n;
      CREATE ROLE app LOGIN PASSWORD 'right'; CREATE ROLE watcher LOGIN PASSWORD 'right';
      GRANT pg_monitor TO watcher`);
    region = regionOf(server);
  });
  afterEach(() => apps.end());
  afterAll(() => server.remove());

  /** A session that runs a query until somebody ends it; tells how it ended. */
  async function busy(application: string) {
    const { client, pid } = await apps.session(application);
    const ended = client.query(SLOW).then(
      () => 'done',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    await untilState(region, pid, 'active');
    return { client, pid, ended };
  }

  /** One session that holds a row in an open transaction, and one that waits for it. */
  async function blocked() {
    const holder = await apps.session('batch');
    await holder.client.query(`BEGIN; UPDATE orders SET note = 'a' WHERE id = 1`);
    const waiter = await apps.session('api');
    const update = waiter.client.query(`UPDATE orders SET note = 'b' WHERE id = 1`);
    await untilState(region, waiter.pid, 'active');
    return { holder, waiter, update };
  }

  it('postgres.sessions tells states, the pool, and the blocking tree', async () => {
    const { holder, update, waiter } = await blocked();
    const all = await region.read('postgres.sessions');
    expect(all).toMatchObject({
      maxConnections: 30,
      reserved: 3,
      used: 3,
      usedShare: 0.1,
      total: 2,
      active: 1,
      idleInTransaction: 1,
      waiting: 1,
      blocker: { pid: holder.pid, application: 'batch', state: 'idle in transaction' },
      blocking: [
        { pid: holder.pid, depth: 0, waiters: 1 },
        { pid: waiter.pid, depth: 1, waiters: 0, session: { blockedBy: [holder.pid] } },
      ],
      cut: false,
    });
    expect(all['longestTransactionMs']).toBeGreaterThan(0);
    const waiting = await region.read('postgres.sessions', { state: 'waiting' });
    expect(waiting).toMatchObject({ matching: 1, first: { pid: waiter.pid }, total: 2 });
    expect(waiting['pids']).toBe(String(waiter.pid));
    expect(await region.read('postgres.sessions', { blocking: true })).toMatchObject({
      matching: 1,
      first: { pid: holder.pid },
    });
    const none = { state: 'active', olderThan: '1h' };
    expect(await region.read('postgres.sessions', none)).toMatchObject({
      matching: 0,
      first: null,
      pids: '',
    });
    await holder.client.query('ROLLBACK');
    await update;
  });

  it('postgres.slow tells what runs for longer than a limit', async () => {
    const { pid } = await busy('report');
    expect(await region.read('postgres.slow', { overMs: 0 })).toMatchObject({
      count: 1,
      waiting: 0,
      first: { pid, application: 'report', query: SLOW },
    });
    expect(await region.read('postgres.slow', { overMs: '3600000' })).toMatchObject({
      count: 0,
      longestMs: null,
      first: null,
    });
  });

  it('postgres.terminate ends the session that blocks, shown first, and knows that it did', async () => {
    const { holder, update, waiter } = await blocked();
    const change = await region.confirm('postgres.terminate', { blocking: true });
    expect(change.preview).toMatchObject({
      targets: [
        {
          kind: 'session',
          name: `postgres pid ${holder.pid}`,
          detail: expect.stringMatching(/^admin@postgres batch, idle in transaction \d+s$/),
          identity: { pid: String(holder.pid), backendStart: expect.stringMatching(/^20.*\+00$/) },
        },
      ],
      command: `psql -h ${server.socketFolder} -p ${server.port} -U admin -d postgres -c 'SELECT pg_terminate_backend(${holder.pid})'`,
      notes: ['ends 1 session'],
      details: [expect.stringContaining(`note = 'a'`)],
    });
    expect(await change.settle()).toMatchObject({ state: 'not-done' });
    expect(await change.run()).toEqual({ ended: 1, alreadyGone: 0 });
    expect(await change.settle()).toMatchObject({ state: 'done' });
    await update;
    expect((await waiter.client.query('SELECT note FROM orders WHERE id = 1')).rows).toEqual([
      { note: 'b' },
    ]);
  });

  it('ends by a condition exactly those that were shown, whoever fits it later', async () => {
    const first = await busy('report-1');
    const second = await busy('report-2');
    const change = await region.confirm('postgres.terminate', {
      state: 'active',
      olderThan: '1ms',
    });
    const shown = change.preview.targets.map(({ identity }) => Number(identity['pid'])).sort();
    expect(shown).toEqual([first.pid, second.pid].sort());
    const later = await busy('report-3');
    await server.sql(`SELECT pg_terminate_backend(${second.pid}, 10000)`);
    await second.ended;
    const again = await change.again();
    expect(again.targets.map(({ identity }) => identity)).toEqual(
      change.preview.targets.map(({ identity }) => identity),
    );
    expect(again.details?.join()).toContain(`pid ${second.pid}  has ended already`);
    expect(await change.run()).toEqual({ ended: 1, alreadyGone: 1 });
    expect(await first.ended).toContain('terminating connection');
    expect(region.context.lines.at(-1)).toBe('1 of 2 ended');
    expect(await region.read('postgres.slow', { overMs: 0 })).toMatchObject({
      count: 1,
      first: { pid: later.pid },
    });
  });

  it('cancels the query that was shown, and leaves a later one of the same session', async () => {
    const { client, ended, pid } = await busy('report');
    const change = await region.confirm('postgres.cancel', { pids: pid });
    expect(change.preview).toMatchObject({
      targets: [{ identity: { queryStart: expect.stringMatching(/^20.*\+00$/) } }],
      notes: ['cancels the query of 1 session'],
      details: [expect.stringContaining('the report')],
    });
    expect(await change.settle()).toMatchObject({ state: 'not-done' });
    expect(await change.run()).toEqual({ ended: 1, alreadyGone: 0 });
    expect(await ended).toContain('canceling statement due to user request');
    expect(await change.settle()).toMatchObject({ state: 'done' });
    const next = client.query(`${SLOW} /* later */`).catch((error: unknown) => String(error));
    await untilState(region, pid, 'active');
    expect(await change.run()).toEqual({ ended: 0, alreadyGone: 1 });
    expect(await region.read('postgres.slow', { overMs: 0 })).toMatchObject({ count: 1 });
    await (await region.confirm('postgres.cancel', { pids: [pid] })).run();
    expect(await next).toContain('canceling');
  });

  it('refuses another session that has got the pid, and one that is not there', async () => {
    const { pid } = await apps.session('api');
    const stale = { sessions: [{ pid, backendStart: '2020-01-01 00:00:00+00' }] };
    await expect(region.confirm('postgres.terminate', stale)).rejects.toMatchObject({
      message: `pid ${pid} belongs to another session now: the one that was meant has ended`,
      mend: expect.any(String),
    });
    await expect(region.confirm('postgres.terminate', { pids: '4194305' })).rejects.toMatchObject({
      kind: 'missing',
      message: "there is no client's session with pid 4194305",
    });
    const none = region.confirm('postgres.terminate', { state: 'active', olderThan: '1h' });
    await expect(none).rejects.toMatchObject({
      message: 'no session is active for more than 1h',
    });
    await expect(region.confirm('postgres.cancel', { pids: pid })).rejects.toMatchObject({
      message: `pid ${pid} runs no query now`,
    });
    expect((await region.read('postgres.sessions'))['total']).toBe(1);
  });

  it('touches no session but the one that was confirmed, even at the last moment', async () => {
    const { client, pid } = await apps.session('api');
    const change = await region.confirm('postgres.terminate', { pids: pid });
    const terminate = postgresActions(region.servers).find(({ id }) => id === 'postgres.terminate');
    const targets = change.preview.targets.map((target) => ({
      ...target,
      identity: { ...target.identity, backendStart: '2020-01-01 00:00:00+00' },
    }));
    const input = terminate?.input.parse(change.preview.input);
    expect(await terminate?.run(input, targets, region.context)).toEqual({
      ended: 0,
      alreadyGone: 1,
    });
    expect((await client.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
  });

  it('wants to know which sessions, in one way', async () => {
    const wrong = [
      {},
      { olderThan: '5m' },
      { state: 'any' },
      { user: 'app' },
      { pids: 1, state: 'active' },
      { pids: '1; DROP TABLE orders' },
      { state: 'active', olderThan: "5m' OR true" },
    ];
    for (const input of wrong) {
      await expect(region.confirm('postgres.terminate', input)).rejects.toThrow(
        /say (?:which sessions|what the sessions do)|must be|Invalid/,
      );
    }
  });

  it('says what right it lacks, and finds that out without ending anything', async () => {
    const { pid } = await apps.session('boss');
    const watcher = regionOf(server, {
      at: { host: server.host, port: server.port },
      user: 'watcher',
      password: () => 'right',
    });
    const change = await watcher.confirm('postgres.terminate', { pids: pid });
    await expect(change.run()).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining("does not let this user end others' sessions"),
      mend: expect.stringContaining('pg_signal_backend'),
    });
    expect(await watcher.needs('postgres.terminate', { pids: pid })).toMatchObject([
      { state: 'forbidden', suggestion: expect.stringContaining('pg_signal_backend') },
    ]);
    expect(await region.needs('postgres.terminate', { pids: pid })).toMatchObject([
      { state: 'ok', found: 'superuser' },
    ]);
    const blind = regionOf(server, {
      at: { host: server.host, port: server.port },
      user: 'app',
      password: () => 'right',
    });
    await expect(blind.confirm('postgres.terminate', { pids: pid })).rejects.toMatchObject({
      mend: expect.any(String),
    });
    expect((await region.read('postgres.sessions'))['total']).toBe(1);
  });

  it('offers to end a row of the panel, and to cancel one that runs a query', () => {
    const actions = postgresActions(region.servers);
    const offersFor = (state: string) =>
      actions.flatMap(({ id, offers = [] }) =>
        offers.flatMap(({ input }) => {
          const row = { kind: 'session', source: 'postgres', pid: 7, state } as const;
          const with_ = input({ ...row, backendStart: '2026-01-01 00:00:00.1+00' });
          return with_ === null ? [] : [{ id, with: with_ }];
        }),
      );
    const session = { pid: 7, backendStart: '2026-01-01 00:00:00.1+00' };
    const terminate = {
      id: 'postgres.terminate',
      with: { source: 'postgres', sessions: [session] },
    };
    expect(offersFor('idle')).toEqual([terminate]);
    expect(offersFor('active')).toEqual([{ ...terminate, id: 'postgres.cancel' }, terminate]);
  });
});
