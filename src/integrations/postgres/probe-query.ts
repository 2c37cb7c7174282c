import * as z from 'zod';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { Probe, RunContext } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import { type Cell, cellOf } from './cells.ts';
import type { Answer, Bound, PostgresClient } from './client.ts';
import { type PostgresServers, psql, serverInput, withPostgres } from './role.ts';
import type { SessionOptions } from './session.ts';

const ROWS_MAX = 500;
/** Rows asked for at once, so that a wide table is noticed before all of it has come. */
const ROWS_AT_ONCE = 50;
/** What is kept of an answer; the rest is not asked for. */
const ANSWER_LENGTH_MAX = 48 * 1024;
const QUERY_LENGTH_MAX = 10_000;
const PARAMETERS_MAX = 50;
const LIMIT_MS = 9000;

/** What a read-only transaction lets through though it changes something outside of the tables. */
const CHANGES =
  /\b(?:pg_(?:terminate|cancel)_backend|pg_reload_conf|pg_rotate_logfile\w*|pg_switch_wal|pg_promote|pg_create_restore_point|pg_wal_replay_(?:pause|resume)|pg_(?:start|stop)_backup|pg_backup_(?:start|stop)|pg_stat_reset\w*|pg_stat_statements_reset|pg_(?:create|drop|copy)_\w*replication_slot|pg_replication_\w+|pg_logical_\w+|pg_advisory_\w+|pg_try_advisory_\w+|pg_notify|pg_sleep\w*|set_config|setval|nextval|lo_\w+|dblink\w*|pg_(?:file|logdir)_\w+|pg_read_(?:file|binary_file|server_files)|pg_ls_\w+)\s*\(/i;

const session: SessionOptions = {
  writes: false,
  names: 'users',
  statementTimeoutMs: 8500,
  lockTimeoutMs: 1000,
};

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const parameter = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const row = z.record(z.string(), cell);

const input = z.strictObject({
  ...serverInput,
  query: z
    .string()
    .min(1)
    .max(QUERY_LENGTH_MAX)
    .refine((text) => !CHANGES.test(text), 'only reads: what changes something is an action')
    .describe('one SELECT, VALUES, SHOW or EXPLAIN; values as $1, $2…'),
  parameters: z.array(parameter).max(PARAMETERS_MAX).default([]),
  limit: z.coerce.number().int().min(1).max(ROWS_MAX).default(50),
});

type Read = Pick<Answer, 'fields' | 'rows'> & { readonly truncated: boolean };

/** SHOW and EXPLAIN have no cursor, and answer with little. */
const hasNoCursor = (query: string) => /^\s*(?:show|explain)\b/i.test(query);

async function readRows(
  client: PostgresClient,
  query: string,
  values: readonly Bound[],
  limit: number,
  { signal }: Pick<RunContext, 'signal'>,
): Promise<Read> {
  if (hasNoCursor(query)) {
    const { fields, rows } = await client.ask(query, values, signal);
    return { fields, rows: rows.slice(0, limit), truncated: rows.length > limit };
  }
  await client.ask(`DECLARE opsconsole NO SCROLL CURSOR FOR\n${query}`, values, signal);
  const rows: (readonly (string | null)[])[] = [];
  let fields: Answer['fields'] = [];
  let length = 0;
  while (rows.length <= limit && length <= ANSWER_LENGTH_MAX) {
    const wanted = Math.min(ROWS_AT_ONCE, limit + 1 - rows.length);
    const answer = await client.ask(`FETCH FORWARD ${wanted} FROM opsconsole`, [], signal);
    fields = answer.fields;
    for (const one of answer.rows) {
      length += one.reduce((sum, text) => sum + (text?.length ?? 0), 0);
      rows.push(one);
      if (length > ANSWER_LENGTH_MAX) break;
    }
    if (answer.rows.length < wanted) break;
  }
  const cut = length > ANSWER_LENGTH_MAX && rows.length > 1 ? rows.length - 1 : rows.length;
  const kept = rows.slice(0, Math.min(cut, limit));
  return { fields, rows: kept, truncated: kept.length < rows.length || length > ANSWER_LENGTH_MAX };
}

/** Rows by the names of their columns; of two with one name the later wins. */
function named({ fields, rows }: Read): Record<string, Cell>[] {
  const columns = fields.map(({ name, type }) => ({ name: sanitizeLine(name), type }));
  return rows.map((values) =>
    Object.fromEntries(
      columns.map(({ name, type }, index) => [name, cellOf(values[index] ?? null, type)]),
    ),
  );
}

/** The statement with its values, as they would be typed. */
function shown(query: string, parameters: readonly z.output<typeof parameter>[]): string {
  const text = sanitizeLine(query).trim();
  if (parameters.length === 0) return text;
  const values = parameters.map((value) =>
    value === null ? 'NULL' : `'${sanitizeLine(String(value)).replaceAll("'", "''")}'`,
  );
  return `PREPARE q AS ${text}; EXECUTE q(${values.join(', ')})`;
}

/**
 * `postgres.query`: any one read with bound values, in a read-only transaction that is rolled back,
 * bounded in time, rows and length. The server refuses a second statement in the text.
 */
export function queryProbe(servers: PostgresServers): Probe {
  return defineProbe({
    id: 'postgres.query',
    title: 'PostgreSQL: a query',
    input,
    result: z.object({
      rows: z.array(row),
      first: row.nullable(),
      /** Names of the columns. */
      fields: z.array(z.string()),
      /** Rows that are listed. */
      rowCount: z.number(),
      /** True when there were more than are listed. */
      truncated: z.boolean(),
    }),
    command: (values, context) =>
      psql(servers, values, context, shown(values.query, values.parameters)),
    read: (values, context) =>
      withPostgres(
        servers,
        values,
        context,
        async (client) => {
          await client.query('BEGIN TRANSACTION READ ONLY', context.signal);
          const { limit, parameters, query } = values;
          const read = await readRows(client, query, parameters, limit, context);
          const rows = named(read);
          return {
            rows,
            first: rows[0] ?? null,
            fields: read.fields.map(({ name }) => sanitizeLine(name)),
            rowCount: rows.length,
            truncated: read.truncated,
          };
        },
        { session, timeoutMs: LIMIT_MS },
      ),
  });
}
