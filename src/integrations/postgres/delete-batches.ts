import * as z from 'zod';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { FrozenTarget } from '../../domain/target.ts';
import type { Action, ActionContext, Preview, RunContext, Settlement } from '../contract.ts';
import { defineAction } from '../contract.ts';
import { AGE_WORDS, ageInput, countOld, cutoffOf, isOld, isOldShown, saysOneAge } from './age.ts';
import type { PostgresClient } from './client.ts';
import { tableNeeds } from './probe-tables.ts';
import {
  type KnownPostgres,
  type PostgresServers,
  psql,
  serverInput,
  withPostgres,
} from './role.ts';
import {
  checkTarget,
  type RunningServer,
  refuseStandby,
  runningServer,
  serverTarget,
} from './server-target.ts';
import type { SessionOptions } from './session.ts';
import { cascadesOf, findTable, findTimeColumn, type Table, type TimeColumn } from './tables.ts';

const BATCH_MAX = 100_000;
const TIMEOUT_MS = 30 * 60_000;
/** Of counting, and of each batch. */
const STATEMENT_LIMIT_MS = 60_000;
const PATIENCE_MS = 5000;

const counting: SessionOptions = {
  writes: false,
  names: 'catalogue',
  statementTimeoutMs: STATEMENT_LIMIT_MS,
  lockTimeoutMs: 2000,
};
/** Triggers may name tables without their schema. */
const deleting: SessionOptions = { ...counting, writes: true, names: 'users' };
const timeoutMs = STATEMENT_LIMIT_MS + PATIENCE_MS;

const input = z
  .strictObject({
    ...serverInput,
    ...ageInput,
    batch: z.coerce.number().int().min(1).max(BATCH_MAX).default(5000),
    shown: z.coerce.number().int().min(0).optional().describe('rows the dialog showed'),
  })
  .refine(saysOneAge, AGE_WORDS);
type Input = z.output<typeof input>;

interface Looked {
  readonly table: Table;
  readonly column: TimeColumn;
  readonly cutoff: string;
  readonly server: RunningServer;
  readonly target: FrozenTarget;
}

async function look(
  client: PostgresClient,
  known: KnownPostgres,
  values: Input,
  context: RunContext,
): Promise<Looked> {
  const { signal } = context;
  const server = await runningServer(client, signal);
  refuseStandby(server, client);
  const table = await findTable(client, values.table, signal);
  const column = await findTimeColumn(client, table, values.column, signal);
  const cutoff = await cutoffOf(client, values, context);
  const identity = { table: table.name, oid: table.oid, column: column.name };
  const target = serverTarget('table', table.name, known, server, identity);
  return { table, column, cutoff, server, target };
}

/** One batch: rows are chosen by where they lie, and looked at again as they are deleted. */
function batchText(table: Table, column: TimeColumn): string {
  return `DELETE FROM ${table.sql} WHERE ${isOld(column)} AND ctid = ANY (ARRAY(
    SELECT ctid FROM ${table.sql} WHERE ${isOld(column)} LIMIT $2::int))`;
}

const rowsWords = (count: number) =>
  `${count.toLocaleString('en-US')} ${count === 1 ? 'row' : 'rows'}`;

async function notesOf(
  client: PostgresClient,
  { column, cutoff, table }: Looked,
  found: { readonly older: number; readonly oldest: string | null },
  context: RunContext,
): Promise<readonly string[]> {
  const all = table.estimatedRows;
  // The server's own estimate may be older than the rows.
  const share = all === null || all < found.older ? '' : ` of about ${all.toLocaleString('en-US')}`;
  const cascades = await cascadesOf(client, table, context.signal);
  const zoneless = column.type === 'timestamp without time zone';
  return [
    `deletes ${rowsWords(found.older)}${share}, those before ${cutoff}`,
    ...(found.oldest === null ? [] : [`the oldest is of ${sanitizeLine(found.oldest)}`]),
    ...(zoneless ? [`${column.name} has no time zone: its times are read as UTC`] : []),
    ...(cascades.length === 0 ? [] : [`rows of ${cascades.join(', ')} that refer to them go too`]),
    ...(table.mayDelete ? [] : ['this user may not delete from the table: it will be refused']),
    'the space is free for new rows after a VACUUM',
  ];
}

async function preview(
  servers: PostgresServers,
  values: Input,
  context: RunContext,
): Promise<Preview> {
  return await withPostgres(
    servers,
    values,
    context,
    async (client, known) => {
      const looked = await look(client, known, values, context);
      const { column, cutoff, table, target } = looked;
      const found = await countOld(client, table, column, cutoff, context.signal);
      const { olderThan: _, ...rest } = values;
      const text = `DELETE FROM ${sanitizeLine(table.sql)} WHERE ${isOldShown(column, cutoff)}`;
      return {
        targets: [target],
        command: psql(servers, values, context, text),
        notes: await notesOf(client, looked, found, context),
        input: { ...rest, before: cutoff, shown: values.shown ?? found.older },
        before: { rows: String(found.older), cutoff },
      };
    },
    { session: counting, timeoutMs },
  );
}

async function deleteAll(
  client: PostgresClient,
  { column, cutoff, table }: Looked,
  batch: number,
  { output, signal }: ActionContext,
): Promise<number> {
  const text = batchText(table, column);
  let deleted = 0;
  for (;;) {
    signal.throwIfAborted();
    try {
      const { count } = await client.ask(text, [cutoff, batch], signal);
      if (count === null || count === 0) return deleted;
      deleted += count;
    } catch (thrown) {
      output(`stopped: ${rowsWords(deleted)} deleted so far stay deleted`);
      throw thrown;
    }
    output(`${rowsWords(deleted)} deleted`);
  }
}

async function settle(
  servers: PostgresServers,
  values: Input,
  targets: readonly FrozenTarget[],
  startedAt: number,
  context: RunContext,
): Promise<Settlement> {
  return await withPostgres(
    servers,
    values,
    context,
    async (client, known): Promise<Settlement> => {
      const looked = await look(client, known, values, context);
      if (looked.target.identity['oid'] !== targets[0]?.identity['oid']) {
        return { state: 'unknown', because: `${looked.table.name} is another table now` };
      }
      const { older } = await countOld(
        client,
        looked.table,
        looked.column,
        values.before ?? looked.cutoff,
        context.signal,
      );
      const since = `since ${new Date(startedAt).toISOString()}`;
      if (older === 0) return { state: 'done', because: 'no row that old is left' };
      const left = `${rowsWords(older)} that old are left`;
      if (values.shown !== undefined && older >= values.shown) {
        return { state: 'not-done', because: `${left}, as many as before` };
      }
      return { state: 'unknown', because: `${left}; some may have been deleted ${since}` };
    },
    { session: counting, timeoutMs },
  );
}

/**
 * `postgres.delete-batches`: deletes the rows of a table that are older than a limit, a bounded batch
 * at a time, each its own transaction, so that nothing is locked for long and a stop loses nothing.
 */
export function deleteBatchesAction(servers: PostgresServers): Action {
  return defineAction({
    id: 'postgres.delete-batches',
    title: 'Delete old rows of a table',
    risk: 'destructive',
    input,
    output: z.object({ deleted: z.number() }),
    undo: { kind: 'irreversible', why: 'deleted rows are brought back from a backup only' },
    timeoutMs: TIMEOUT_MS,
    needs: (values, context) => tableNeeds(servers, values, context, 'DELETE'),
    preview: (values, context) => preview(servers, values, context),
    run: (values, targets, context) =>
      withPostgres(
        servers,
        values,
        context,
        async (client, known) => {
          const looked = await look(client, known, values, context);
          checkTarget(targets, looked.target);
          const deleted = await deleteAll(client, looked, values.batch, context);
          return { deleted };
        },
        { session: deleting, timeoutMs },
      ),
    settle: (values, targets, startedAt, context) =>
      settle(servers, values, targets, startedAt, context),
  });
}
