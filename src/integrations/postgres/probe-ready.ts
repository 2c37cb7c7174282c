import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import { shellWords } from '../../domain/shell-word.ts';
import { steadyMs } from '../../domain/time-limit.ts';
import type { Probe, RunContext } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import type { PostgresClient } from './client.ts';
import { flagOf, numberOf, wordOf } from './columns.ts';
import { sqlStateOf } from './failure.ts';
import { findServer, type PostgresServers, psqlWords, serverInput, withPostgres } from './role.ts';

/** Of 1 KiB: more than fits into the least memory a query may have, so that the server writes a file. */
const SPILL_ROWS = 1024;
const READY = `SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS standby,
  floor(extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())) AS uptime`;
const SPILL = `SET LOCAL work_mem = '64kB'; WITH spilled AS MATERIALIZED (
  SELECT repeat('spilled ', 128) FROM generate_series(1, ${SPILL_ROWS}))
  SELECT count(*) FROM spilled`;

const result = z.object({
  /** Lets this console in and answers. */
  reachable: z.boolean(),
  /** Why not, in words. */
  error: z.string().nullable(),
  /** `unreachable`, `timeout`, `denied`, `missing`, `garbage` or `failed`; null when it is reachable. */
  kind: z.string().nullable(),
  latencyMs: z.number().nullable(),
  version: z.string().nullable(),
  standby: z.boolean().nullable(),
  uptimeSeconds: z.number().nullable(),
  /** It starts, stops, or recovers after a crash: it will let clients in by itself, or never. */
  starting: z.boolean(),
  /** It has no connection left for this user. */
  full: z.boolean(),
  /** Its disk takes nothing more; null while nobody has looked. */
  diskFull: z.boolean().nullable(),
});
type Result = z.output<typeof result>;

function isDiskFull(error: OperatorError): boolean {
  return sqlStateOf(error) === '53100' || /no space left on device/i.test(error.message);
}

function unready(error: OperatorError): Result {
  const state = sqlStateOf(error);
  return {
    reachable: false,
    error: error.message,
    kind: error.kind,
    latencyMs: null,
    version: null,
    standby: null,
    uptimeSeconds: null,
    starting: state === '57P03' || state === '57P02',
    full: state === '53300',
    diskFull: isDiskFull(error) ? true : null,
  };
}

/** Whether the disk takes a megabyte: the server writes it to a file of its own, and removes it at the end. */
async function looksFull(client: PostgresClient, signal: AbortSignal): Promise<boolean | null> {
  try {
    await client.query(SPILL, signal);
    return false;
  } catch (thrown) {
    if (!(thrown instanceof OperatorError)) throw thrown;
    return isDiskFull(thrown) ? true : null;
  }
}

async function lookAt(client: PostgresClient, disk: boolean, context: RunContext): Promise<Result> {
  await client.query('SELECT 1', context.signal);
  const startedAt = steadyMs();
  const [[row = {}] = []] = await client.query(READY, context.signal);
  const latencyMs = steadyMs() - startedAt;
  return {
    reachable: true,
    error: null,
    kind: null,
    latencyMs,
    version: wordOf(row, 'version').split(' ')[0] ?? null,
    standby: flagOf(row, 'standby'),
    uptimeSeconds: numberOf(row, 'uptime'),
    starting: false,
    full: false,
    diskFull: disk ? await looksFull(client, context.signal) : null,
  };
}

/**
 * `postgres.ready`: whether it lets clients in. A server that does not is a result, not an error; one
 * that nobody knows how to log in to is an error.
 */
export function readyProbe(servers: PostgresServers): Probe {
  return defineProbe({
    id: 'postgres.ready',
    title: 'PostgreSQL: is it there?',
    input: z.strictObject({
      ...serverInput,
      disk: z
        .boolean()
        .default(false)
        .describe('let it write 1 MB for a moment: is its disk full?'),
    }),
    result,
    command(input, context) {
      const [, ...where] = psqlWords(findServer(servers, input, context), context);
      return shellWords(['pg_isready', ...where]);
    },
    async read(input, context) {
      findServer(servers, input, context);
      try {
        return await withPostgres(servers, input, context, (client) =>
          lookAt(client, input.disk, context),
        );
      } catch (thrown) {
        if (!(thrown instanceof OperatorError)) throw thrown;
        return unready(thrown);
      }
    },
  });
}
