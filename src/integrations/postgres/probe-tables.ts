import * as z from 'zod';
import { formatBytes } from '../../domain/format.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { Need, Probe, RunContext } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import { AGE_WORDS, ageInput, countOld, cutoffOf, saysOneAge } from './age.ts';
import { type PostgresServers, psql, type ServerInput, serverInput, withPostgres } from './role.ts';
import type { SessionOptions } from './session.ts';
import { findTable, findTimeColumn } from './tables.ts';

const TABLES_MAX = 50;
/** Counting reads every row; the engine waits ten seconds for a probe. */
const COUNT_LIMIT_MS = 9000;
const COUNTING: SessionOptions = {
  writes: false,
  names: 'catalogue',
  statementTimeoutMs: 8500,
  lockTimeoutMs: 1000,
};

const DATABASE = `SELECT current_database(), pg_database_size(current_database())::text`;
/** The largest by the planner's pages first: measuring looks at every file of a table. */
const TABLES = `SELECT n.nspname || '.' || c.relname, pg_total_relation_size(c.oid)::text,
  s.n_live_tup::text, s.n_dead_tup::text,
  greatest(s.last_vacuum, s.last_autovacuum)::text
FROM (SELECT oid, relname, relnamespace FROM pg_catalog.pg_class
      WHERE relkind IN ('r', 'm') ORDER BY relpages DESC LIMIT $1::int) AS c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_stat_all_tables s ON s.relid = c.oid
ORDER BY pg_total_relation_size(c.oid) DESC NULLS LAST`;

const tableRow = z.object({
  name: z.string(),
  bytes: z.number(),
  bytesHuman: z.string(),
  /** The server's estimates. */
  rows: z.number(),
  deadRows: z.number(),
  /** Dead of all rows, 0 to 1. */
  deadShare: z.number(),
  /** The server's text; null when it was never vacuumed since its statistics began. */
  lastVacuum: z.string().nullable(),
});

/** `postgres.size`: the database, its largest tables and what is dead in them. */
export function sizeProbe(servers: PostgresServers): Probe {
  return defineProbe({
    id: 'postgres.size',
    title: 'PostgreSQL: sizes and dead rows',
    input: z.strictObject({
      ...serverInput,
      limit: z.coerce.number().int().min(1).max(TABLES_MAX).default(10),
    }),
    result: z.object({
      database: z.string(),
      bytes: z.number(),
      bytesHuman: z.string(),
      /** The largest first. */
      tables: z.array(tableRow),
      largest: tableRow.nullable(),
      /** Of the tables listed. */
      deadRows: z.number(),
    }),
    command: (input, context) => psql(servers, input, context, '\\dt+'),
    read: (input, context) =>
      withPostgres(servers, input, context, async (client) => {
        const { rows: databases } = await client.ask(DATABASE, [], context.signal);
        const { rows } = await client.ask(TABLES, [input.limit], context.signal);
        const [database = '', size = '0'] = databases[0] ?? [];
        const tables = rows.map(([name, bytes, live, dead, lastVacuum]) => ({
          name: sanitizeLine(name ?? ''),
          bytes: Number(bytes ?? 0),
          bytesHuman: formatBytes(Number(bytes ?? 0)),
          rows: Number(live ?? 0),
          deadRows: Number(dead ?? 0),
          deadShare: Number(dead ?? 0) / Math.max(1, Number(live ?? 0) + Number(dead ?? 0)),
          lastVacuum: lastVacuum ?? null,
        }));
        return {
          database: sanitizeLine(database ?? ''),
          bytes: Number(size ?? 0),
          bytesHuman: formatBytes(Number(size ?? 0)),
          tables,
          largest: tables[0] ?? null,
          deadRows: tables.reduce((sum, { deadRows }) => sum + deadRows, 0),
        };
      }),
  });
}

/** What a table and its column are to a runbook: there, not there, or not for this user. */
export async function tableNeeds(
  servers: PostgresServers,
  input: ServerInput & { readonly table: string; readonly column: string },
  context: RunContext,
  wants: 'SELECT' | 'DELETE',
): Promise<readonly Need[]> {
  const what = `table ${sanitizeLine(input.table)} with ${sanitizeLine(input.column)}`;
  return await withPostgres(servers, input, context, async (client): Promise<readonly Need[]> => {
    try {
      const table = await findTable(client, input.table, context.signal);
      const column = await findTimeColumn(client, table, input.column, context.signal);
      const found = `${table.name} ${column.name}`;
      if (wants === 'SELECT' ? table.mayRead : table.mayDelete) {
        return [{ what, found, state: 'ok', suggestion: null }];
      }
      const suggestion = `GRANT SELECT, DELETE ON ${table.name} to this user`;
      return [{ what, found, state: 'forbidden', suggestion }];
    } catch (thrown) {
      if (!(thrown instanceof OperatorError) || thrown.kind !== 'missing') throw thrown;
      return [{ what, found: null, state: 'missing', suggestion: thrown.mend }];
    }
  });
}

/** `postgres.count`: how many rows of a table are older than a limit. */
export function countProbe(servers: PostgresServers): Probe {
  const input = z.strictObject({ ...serverInput, ...ageInput }).refine(saysOneAge, AGE_WORDS);
  return defineProbe({
    id: 'postgres.count',
    title: 'PostgreSQL: rows by age',
    input,
    result: z.object({
      table: z.string(),
      /** Rows older than the limit, counted. */
      older: z.number(),
      /** All rows, as the planner estimates; null before the table was ever analysed. */
      estimatedRows: z.number().nullable(),
      oldest: z.string().nullable(),
      /** The limit as a time. */
      before: z.string(),
    }),
    command: (values, context) => {
      const before = values.before ?? `now() - interval '${values.olderThan}'`;
      const text = `SELECT count(*) FROM ${values.table} WHERE ${values.column} < ${before}`;
      return psql(servers, values, context, text);
    },
    needs: (values, context) => tableNeeds(servers, values, context, 'SELECT'),
    read: (values, context) =>
      withPostgres(
        servers,
        values,
        context,
        async (client) => {
          const { signal } = context;
          const table = await findTable(client, values.table, signal);
          const column = await findTimeColumn(client, table, values.column, signal);
          const before = await cutoffOf(client, values, context);
          const { older, oldest } = await countOld(client, table, column, before, signal);
          return {
            table: table.name,
            older,
            estimatedRows: table.estimatedRows,
            oldest,
            before,
          };
        },
        { session: COUNTING, timeoutMs: COUNT_LIMIT_MS },
      ),
  });
}
