import * as z from 'zod';
import { formatBytes } from '../../domain/format.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { Action, RunContext, Settlement } from '../contract.ts';
import { defineAction } from '../contract.ts';
import type { PostgresClient } from './client.ts';
import {
  type KnownPostgres,
  type PostgresServers,
  psql,
  serverInput,
  withPostgres,
} from './role.ts';
import { checkTarget, refuseStandby, runningServer, serverTarget } from './server-target.ts';
import type { SessionOptions } from './session.ts';
import { findTable, type Table } from './tables.ts';

const TIMEOUT_MS = 60 * 60_000;
const LINES_MAX = 40;

const vacuuming: SessionOptions = {
  writes: true,
  // Functions in an index may name tables without their schema.
  names: 'users',
  statementTimeoutMs: TIMEOUT_MS,
  // Another vacuum of the table, by hand or by the server, is waited for this long.
  lockTimeoutMs: 10_000,
};

const input = z.strictObject({
  ...serverInput,
  table: z.string().min(1).max(200).describe('with its schema where several have one'),
  analyze: z.boolean().default(true).describe("also renew the planner's statistics"),
  rounds: z.coerce
    .number()
    .int()
    .min(1)
    .max(2)
    .default(1)
    .describe('2: pages that the first empties in the indexes can then be used, too'),
});
type Input = z.output<typeof input>;

const STATE = `SELECT pg_total_relation_size($1::oid)::text,
  s.n_dead_tup::text, greatest(s.last_vacuum, s.last_autovacuum)::text,
  floor(extract(epoch FROM s.last_vacuum) * 1000)::text,
  EXISTS (SELECT FROM pg_stat_progress_vacuum p WHERE p.relid = $1::oid)::text,
  floor(extract(epoch FROM clock_timestamp()) * 1000)::text
FROM pg_stat_all_tables s WHERE s.relid = $1::oid`;

/** How a table stands with being vacuumed. */
async function stateOf(client: PostgresClient, table: Table, signal: AbortSignal) {
  const { rows } = await client.ask(STATE, [table.oid], signal);
  const [bytes, dead, last, lastManual, running, now] = rows[0] ?? [];
  return {
    bytes: Number(bytes ?? 0),
    dead: Number(dead ?? 0),
    last: last ?? null,
    /** Epoch ms by the server's clock. */
    lastManualAt: lastManual ? Number(lastManual) : null,
    running: running === 'true',
    now: Number(now ?? 0),
  };
}

async function look(
  client: PostgresClient,
  known: KnownPostgres,
  values: Input,
  { signal }: RunContext,
) {
  const server = await runningServer(client, signal);
  refuseStandby(server, client);
  const table = await findTable(client, values.table, signal);
  const identity = { table: table.name, oid: table.oid };
  return { table, target: serverTarget('table', table.name, known, server, identity) };
}

/** The statement of each round; what the first has renewed and told, the second need not. */
function vacuumTexts(
  { sql }: Pick<Table, 'sql'>,
  { analyze, rounds }: Pick<Input, 'analyze' | 'rounds'>,
): readonly [string, ...string[]] {
  const first = `VACUUM (VERBOSE${analyze ? ', ANALYZE' : ''}) ${sql}`;
  return rounds === 1 ? [first] : [first, `VACUUM ${sql}`];
}

/**
 * `postgres.vacuum`: makes the space of dead rows free for new ones. It locks out no reader and no
 * writer, and gives nothing back to the disk but empty pages at the table's end.
 */
export function vacuumAction(servers: PostgresServers): Action {
  return defineAction({
    id: 'postgres.vacuum',
    title: 'Vacuum a table',
    risk: 'disruptive',
    input,
    output: z.object({ deadBefore: z.number(), deadAfter: z.number() }),
    undo: { kind: 'irreversible', why: 'nothing is lost that could be brought back' },
    timeoutMs: TIMEOUT_MS,
    preview: (values, context) =>
      withPostgres(servers, values, context, async (client, known) => {
        const { table, target } = await look(client, known, values, context);
        const { bytes, dead, last, running } = await stateOf(client, table, context.signal);
        return {
          targets: [target],
          command: vacuumTexts(table, values)
            .map((text) => psql(servers, values, context, sanitizeLine(text)))
            .join(' && '),
          notes: [
            `reads ${formatBytes(bytes)}; about ${dead.toLocaleString('en-US')} dead rows`,
            last === null ? 'it was never vacuumed' : `last vacuumed ${sanitizeLine(last)}`,
            ...(running ? ['it is being vacuumed now: this waits for its end, 10 s at most'] : []),
          ],
          before: { dead: String(dead), bytes: String(bytes) },
        };
      }),
    run: (values, targets, context) => {
      let lines = 0;
      let skipped = false;
      const onNotice = (text: string) => {
        if (/\bskipping\b/.test(text)) skipped = true;
        for (const line of text.split('\n')) {
          lines += 1;
          if (lines <= LINES_MAX && line.trim() !== '') context.output(line.trim());
        }
      };
      const use = async (client: PostgresClient, known: KnownPostgres) => {
        const { table, target } = await look(client, known, values, context);
        checkTarget(targets, target);
        const before = await stateOf(client, table, context.signal);
        context.output(`vacuuming ${table.name}, ${formatBytes(before.bytes)}…`);
        const [first, ...more] = vacuumTexts(table, values);
        await client.query(first, context.signal);
        if (skipped) {
          const message = `${table.name} was passed over: this user may not vacuum it`;
          throw new OperatorError('denied', message, 'use its owner, or the owner of the database');
        }
        for (const text of more) await client.query(text, context.signal);
        const after = await stateOf(client, table, context.signal);
        context.output(`done: ${formatBytes(after.bytes)}, about ${after.dead} dead rows`);
        return { deadBefore: before.dead, deadAfter: after.dead };
      };
      const options = { session: vacuuming, timeoutMs: TIMEOUT_MS, onNotice };
      return withPostgres(servers, values, context, use, options);
    },
    settle: (values, targets, startedAt, context) =>
      withPostgres(servers, values, context, async (client, known): Promise<Settlement> => {
        const { table, target } = await look(client, known, values, context);
        if (target.identity['oid'] !== targets[0]?.identity['oid']) {
          return { state: 'unknown', because: `${table.name} is another table now` };
        }
        const { lastManualAt, now, running } = await stateOf(client, table, context.signal);
        if (running) return { state: 'unknown', because: 'it is being vacuumed now' };
        const offsetMs = context.clock.now() - now;
        if (lastManualAt !== null && lastManualAt + offsetMs >= startedAt) {
          return { state: 'done', because: 'the server counts a vacuum since' };
        }
        return { state: 'not-done', because: 'the server counts no vacuum since' };
      }),
  });
}
