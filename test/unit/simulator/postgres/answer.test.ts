import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/domain/clock.ts';
import type { Row } from '../../../../src/integrations/postgres/client.ts';
import { decodeActivity } from '../../../../src/integrations/postgres/decode.ts';
import { ACTIVITY } from '../../../../src/integrations/postgres/queries.ts';
import { answerFromWorld } from '../../../../src/simulator/postgres/catalogue/answer.ts';
import { memoryDatabase, newDatabase } from '../../../../src/simulator/postgres/memory.ts';
import { statementsOf } from '../../../../src/simulator/postgres/sql/lex.ts';
import { textOf } from '../../../../src/simulator/postgres/sql/values.ts';
import type { DatabaseState } from '../../../../src/simulator/postgres/world.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const clock = { ...systemClock, now: () => NOW };

function serverOf(given: Partial<DatabaseState> = {}, user = 'admin') {
  const world = memoryDatabase(newDatabase(NOW - 60_000, given), clock);
  world.apply({ kind: 'connect', session: { user, database: 'postgres', application: 'me' } });
  const { pid = 0 } = world.state.sessions[0] ?? {};
  const { settings } = world.state;
  const viewer = {
    ...{ pid, user, database: 'postgres', transactionStart: NOW, settings },
    set: () => {},
  };
  const ask = (text: string, parameters: readonly (string | null)[] = []): Row[][] =>
    statementsOf(text).map(({ tokens }) => {
      const { columns, rows } = answerFromWorld({ world, viewer }, tokens, parameters);
      return rows.map((row) =>
        Object.fromEntries(
          columns.map(({ name, type }, place) => [name, textOf(row[place] ?? null, type)]),
        ),
      );
    });
  /** The values of the only row. */
  const one = (text: string, parameters: readonly (string | null)[] = []) => {
    const [statement] = statementsOf(text);
    const { columns, rows } = answerFromWorld(
      { world, viewer },
      statement?.tokens ?? [],
      parameters,
    );
    return columns.map(({ type }, place) => textOf(rows[0]?.[place] ?? null, type));
  };
  return { world, ask, one, pid };
}

describe('queries that the simulated world answers', () => {
  const { one, ask } = serverOf();

  it.each<readonly [string, readonly (string | null)[]]>([
    ['SELECT 1 + 2 * 3, 7 / 2, 7 / 2.0, -3 % 2', ['7', '3', '3.5', '-1']],
    [`SELECT 'it''s' || ' ' || 5, E'a\\nb', $$x'y$$`, ["it's 5", 'a\nb', "x'y"]],
    ['SELECT NULL AND false, NULL OR true, NOT NULL::bool', ['f', 't', null]],
    [`SELECT '2026-01-02 03:04:05.6+01'::timestamptz::text`, ['2026-01-02 02:04:05.6+00']],
    [`SELECT extract(epoch FROM interval '1 day 02:00:00.5')`, ['93600.5']],
    [`SELECT (now() - interval '1 day')::text`, ['2026-01-01 03:04:05.678+00']],
    [
      `SELECT date_trunc('hour', now())::text, now()::date`,
      ['2026-01-02 03:00:00+00', '2026-01-02'],
    ],
    [`SELECT CASE WHEN 1 = 2 THEN 'a' ELSE 'b' END, coalesce(NULL, 4)`, ['b', '4']],
    [`SELECT 3 = ANY ('{1,3}'::int[]), 4 <> ALL (ARRAY[1, 2]), 2 IN (1, 2)`, ['t', 't', 't']],
    [`SELECT 'abc' LIKE 'a%', 'abc' ~ '^b', 'ABC' ILIKE '_b_'`, ['t', 'f', 't']],
    ['SELECT NULL IS DISTINCT FROM 1, 1 IS NOT DISTINCT FROM 1', ['t', 't']],
    [
      'SELECT count(*), sum(n), max(n), avg(n) FROM generate_series(1, 4) n',
      ['4', '10', '4', '2.5'],
    ],
    [`SELECT count(*) FILTER (WHERE n > 2) FROM generate_series(1, 4) AS n`, ['2']],
    [`SELECT string_agg(n::text, '-') FROM unnest(ARRAY[3, 1]) n`, ['3-1']],
    [`SELECT pg_wal_lsn_diff('1/10'::pg_lsn, '0/FFFFFFFF'::pg_lsn)`, ['17']],
    [`SELECT octet_length('é'), length('é'), substr(textsend('éx'), 1, 2)`, ['2', '1', '\\xc3a9']],
    ["SELECT current_setting('work_mem'), current_setting('nope', true)", ['4MB', null]],
    [
      `SELECT pg_size_pretty(123456789::bigint), current_user, current_database()`,
      ['118 MB', 'admin', 'postgres'],
    ],
  ])('%s', (text, values) => {
    expect(one(text)).toEqual(values);
  });

  it('binds values as what they are compared with', () => {
    expect(one('SELECT $1::int + 1, pid = $2 FROM pg_stat_activity', ['4', '100'])).toEqual([
      '5',
      't',
    ]);
    expect(() => one('SELECT $3', ['a'])).toThrow('there is no parameter $3');
  });

  it('joins, groups, orders and cuts as PostgreSQL does', () => {
    const text = `WITH a AS (SELECT n, n % 2 AS odd FROM generate_series(1, 5) n)
      SELECT odd, count(*), (SELECT max(b.n) FROM a AS b WHERE b.odd = a.odd) AS most
      FROM a GROUP BY odd ORDER BY 2 DESC LIMIT 1`;
    expect(ask(text)).toEqual([[{ odd: '1', count: '3', most: '5' }]]);
    const left = `SELECT x, y FROM generate_series(1, 2) x LEFT JOIN generate_series(2, 3) y
      ON x = y ORDER BY y NULLS FIRST`;
    expect(ask(left)).toEqual([
      [
        { x: '1', y: null },
        { x: '2', y: '2' },
      ],
    ]);
    expect(
      ask('SELECT DISTINCT ON (n % 2) n FROM generate_series(1, 4) n ORDER BY n % 2, n DESC'),
    ).toEqual([[{ n: '4' }, { n: '3' }]]);
  });

  it.each([
    ['SELECT nothing', '42703'],
    ['SELECT 1 / 0', '22012'],
    ['SELECT a.b FROM pg_stat_activity', '42P01'],
    ['SELECT pid FROM pg_stat_activity, pg_locks', '42702'],
    [`SELECT 'x'::int`, '22P02'],
    ["SELECT current_setting('nope')", '42704'],
    ['SELECT FROM WHERE', '42601'],
    [`SELECT 'open`, '42601'],
  ])('refuses %s with %s', (text, code) => {
    expect(() => ask(text)).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    'SELECT * FROM orders',
    'SELECT 1 UNION SELECT 2',
    'SELECT frob(1)',
    'SELECT rank() OVER ()',
  ])('leaves %s to the tables', (text) => {
    expect(() => ask(text)).toThrow(/does not exist|does not know|syntax/);
  });
});

describe("the console's own statements", () => {
  it('tell of sessions, locks, waits and replication what the world has', () => {
    const { ask, world } = serverOf({
      standbys: [
        {
          ...{ pid: 9, application: 'second', client: '10.0.0.2', state: 'streaming' },
          ...{ sync: 'async', flushed: 16 * 1024 * 1024, replayed: 16 * 1024 * 1024 - 5000 },
          behindSince: NOW - 3000,
        },
      ],
    });
    const begun = {
      state: 'active',
      transactionStart: NOW - 9000,
      queryStart: NOW - 8000,
    } as const;
    for (const [pid, application] of [
      [201, 'batch'],
      [202, 'api'],
    ] as const) {
      const session = { pid, user: 'app', database: 'postgres', application, ...begun };
      world.apply({ kind: 'connect', session: { ...session, query: `UPDATE by ${application}` } });
      const target = { table: 'public.orders', row: '7' };
      world.apply({ kind: 'lock', lock: { pid, target, mode: 'ExclusiveLock' } });
    }
    const activity = decodeActivity(ask(ACTIVITY), 0, 'here');
    expect(activity).toMatchObject({
      ...{ version: '15.8', role: 'primary', startedAt: NOW - 60_000, maxConnections: 100 },
      counts: { active: 2, idle: 0, idleInTransaction: 0, waiting: 1, total: 2 },
      waits: [{ type: 'Lock', event: 'transactionid', sessions: 1 }],
      connectionsUsed: 3,
      replication: [
        { name: 'second', replayLagBytes: 5000, replayLagMs: 3000, receiveLagBytes: 0 },
      ],
      notes: [],
    });
    expect(activity.sessions).toMatchObject([
      { pid: 201, application: 'batch', blockedBy: [], backendStart: NOW },
      { pid: 202, application: 'api', blockedBy: [201], query: 'UPDATE by api' },
    ]);
  });

  it('end a session of the world as they name it, for who may', () => {
    const { ask, one, world } = serverOf();
    const session = { pid: 300, user: 'app', database: 'postgres', application: 'x' };
    world.apply({ kind: 'connect', session });
    const end = `SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity
      WHERE pid = $1::int AND backend_start = $2::timestamptz`;
    const since =
      one('SELECT backend_start::text FROM pg_stat_activity WHERE pid = 300')[0] ?? null;
    expect(ask(end, ['300', '2020-01-01 00:00:00+00'])).toEqual([[]]);
    expect(ask(end, ['300', since])).toEqual([[{ pg_terminate_backend: 'true' }]]);
    expect(world.state.sessions.map(({ pid }) => pid)).not.toContain(300);
    const plain = serverOf(
      {
        roles: ['app', 'other'].map((name) => ({
          ...{ name, login: true, password: null, superuser: false, memberOf: [] },
        })),
      },
      'other',
    );
    plain.world.apply({ kind: 'connect', session });
    expect(() => plain.ask('SELECT pg_terminate_backend(300)')).toThrow(
      expect.objectContaining({ code: '42501' }),
    );
    expect(plain.one('SELECT query FROM pg_stat_activity WHERE pid = 300')).toEqual([
      '<insufficient privilege>',
    ]);
  });
});
