import * as z from 'zod';
import type { DatabaseSession } from '../../domain/database.ts';
import { blockingTree, longest } from '../../domain/database-blocking.ts';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import { readActivity } from './activity.ts';
import { type PostgresServers, psql, serverInput, withPostgres } from './role.ts';
import { filterInput, fitting } from './session-choice.ts';
import { sessionRow, toSessionRow } from './session-row.ts';

const ROWS_MAX = 100;
const BLOCKED_MAX = 50;

const SHOWN_QUERY = 'SELECT * FROM pg_stat_activity ORDER BY query_start';

const sessionsResult = z.object({
  maxConnections: z.number(),
  /** Of those, the ones that only superusers may use. */
  reserved: z.number(),
  /** Connections in use, this console's own among them. */
  used: z.number(),
  /** `used` of `maxConnections`, 0 to 1. */
  usedShare: z.number(),
  total: z.number(),
  active: z.number(),
  idle: z.number(),
  idleInTransaction: z.number(),
  /** Active, and waiting for a lock. */
  waiting: z.number(),
  longestQueryMs: z.number().nullable(),
  longestTransactionMs: z.number().nullable(),
  /** How many sessions fit the filter. */
  matching: z.number(),
  /** Those that fit, the longest lasting first; cut to `limit`. */
  sessions: z.array(sessionRow),
  /** The first of them. */
  first: sessionRow.nullable(),
  /** Their pids, e.g. `4711, 4712`. */
  pids: z.string(),
  /** Who blocks whom: blockers with depth 0, below each those who wait for it. */
  blocking: z.array(
    z.object({
      pid: z.number(),
      depth: z.number(),
      /** How many wait for it, directly or behind others. */
      waiters: z.number(),
      session: sessionRow.nullable(),
    }),
  ),
  /** The session that most others wait for. */
  blocker: sessionRow.nullable(),
  /** True when there were more sessions than were looked at; the counts are of all. */
  cut: z.boolean(),
  notes: z.array(z.string()),
});

/** `postgres.sessions`: who is connected and at what, who blocks whom, and how full it is. */
export function sessionsProbe(servers: PostgresServers): Probe {
  return defineProbe({
    id: 'postgres.sessions',
    title: 'PostgreSQL: sessions',
    input: z.strictObject({
      ...serverInput,
      ...filterInput,
      limit: z.coerce.number().int().min(1).max(ROWS_MAX).default(20),
    }),
    result: sessionsResult,
    command: (input, context) => psql(servers, input, context, SHOWN_QUERY),
    read: (input, context) =>
      withPostgres(servers, input, context, async (client) => {
        const { activity, now } = await readActivity(client, context);
        const { connectionsUsed, counts, maxConnections, sessions } = activity;
        const row = (session: DatabaseSession | null) => session && toSessionRow(session, now);
        const found = fitting(sessions, input, now);
        const shown = found.slice(0, input.limit).map((one) => toSessionRow(one, now));
        const tree = blockingTree(sessions);
        const { query, transaction } = longest(sessions, now);
        return {
          maxConnections,
          reserved: activity.reservedConnections,
          used: connectionsUsed,
          usedShare: maxConnections > 0 ? connectionsUsed / maxConnections : 0,
          ...counts,
          longestQueryMs: query?.durationMs ?? null,
          longestTransactionMs: transaction?.durationMs ?? null,
          matching: found.length,
          sessions: shown,
          first: shown[0] ?? null,
          pids: shown.map(({ pid }) => pid).join(', '),
          blocking: tree.slice(0, BLOCKED_MAX).map(({ depth, pid, session, waiters }) => ({
            pid,
            depth,
            waiters,
            session: row(session),
          })),
          blocker: row(tree[0]?.session ?? null),
          cut: activity.sessionsCut,
          notes: [...activity.notes],
        };
      }),
  });
}

/** `postgres.slow`: queries that have run for longer than a limit, the longest first. */
export function slowProbe(servers: PostgresServers): Probe {
  return defineProbe({
    id: 'postgres.slow',
    title: 'PostgreSQL: slow queries',
    input: z.strictObject({
      ...serverInput,
      overMs: z.coerce.number().min(0).max(86_400_000).default(1000),
      limit: z.coerce.number().int().min(1).max(ROWS_MAX).default(20),
    }),
    result: z.object({
      count: z.number(),
      /** Of those, the ones that wait for a lock. */
      waiting: z.number(),
      longestMs: z.number().nullable(),
      queries: z.array(sessionRow),
      first: sessionRow.nullable(),
    }),
    command: ({ overMs, ...input }, context) => {
      const slow = `state = 'active' AND query_start < now() - interval '${overMs} ms'`;
      return psql(servers, input, context, `SELECT * FROM pg_stat_activity WHERE ${slow}`);
    },
    read: (input, context) =>
      withPostgres(servers, input, context, async (client) => {
        const { activity, now } = await readActivity(client, context);
        const slow = fitting(activity.sessions, { state: 'active' }, now)
          .map((session) => toSessionRow(session, now))
          .filter(({ queryMs }) => queryMs !== null && queryMs > input.overMs);
        return {
          count: slow.length,
          waiting: slow.filter(({ waitsFor }) => waitsFor?.startsWith('Lock') === true).length,
          longestMs: slow[0]?.queryMs ?? null,
          queries: slow.slice(0, input.limit),
          first: slow[0] ?? null,
        };
      }),
  });
}
