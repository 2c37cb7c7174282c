import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import type { Action, Settlement } from '../contract.ts';
import { defineAction } from '../contract.ts';
import type { PostgresClient } from './client.ts';
import { type PostgresServers, psql, serverInput, withPostgres } from './role.ts';
import { checkTarget, runningServer, serverTarget } from './server-target.ts';
import type { SessionOptions } from './session.ts';

const WAIT_SECONDS = 60;
const TIMEOUT_MS = (WAIT_SECONDS + 15) * 1000;
const LIMIT_MS = (WAIT_SECONDS + 5) * 1000;
const PROMOTE = `SELECT pg_promote(true, ${WAIT_SECONDS})::text`;

const promoting: SessionOptions = {
  writes: true,
  names: 'catalogue',
  statementTimeoutMs: LIMIT_MS,
  lockTimeoutMs: 2000,
};

const input = z.strictObject({ ...serverInput });

const NOT_REPLAYED = `SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(),
  pg_last_wal_replay_lsn())::text`;

/** What was received and is not yet replayed, bytes; null where nothing was received. */
async function behind(client: PostgresClient, signal: AbortSignal): Promise<number | null> {
  const { rows } = await client.ask(NOT_REPLAYED, [], signal);
  const [text] = rows[0] ?? [];
  return text === null || text === undefined ? null : Number(text);
}

/**
 * `postgres.promote`: makes a standby a primary. The former primary must not write any more by then: this
 * action does not see it.
 */
export function promoteAction(servers: PostgresServers): Action {
  return defineAction({
    id: 'postgres.promote',
    title: 'Promote a standby of PostgreSQL',
    risk: 'destructive',
    input,
    undo: {
      kind: 'irreversible',
      why: 'it parts from its primary for good; a new standby is built',
    },
    timeoutMs: TIMEOUT_MS,
    preview: (values, context) =>
      withPostgres(servers, values, context, async (client, known) => {
        const server = await runningServer(client, context.signal);
        if (!server.standby) {
          const message = `PostgreSQL at ${client.where} is a primary already`;
          throw new OperatorError('failed', message, 'there is nothing to promote');
        }
        const bytes = await behind(client, context.signal);
        const told =
          bytes === null ? 'what it lacks is not known' : `${bytes} bytes to replay first`;
        return {
          targets: [serverTarget('database', known.source, known, server)],
          command: psql(servers, values, context, PROMOTE),
          notes: [
            told,
            'what the primary committed and did not send is lost',
            'two primaries that both write cannot be joined again: stop the former one first',
          ],
          before: {},
        };
      }),
    run: (values, targets, context) =>
      withPostgres(
        servers,
        values,
        context,
        async (client, known) => {
          const server = await runningServer(client, context.signal);
          checkTarget(targets, serverTarget('database', known.source, known, server));
          const { rows } = await client.ask(PROMOTE, [], context.signal);
          if (rows[0]?.[0] !== 'true') {
            const message = `It was told to, but is no primary after ${WAIT_SECONDS} s`;
            throw new OperatorError('timeout', message, 'see its own log');
          }
          context.output(`${known.source} is a primary`);
        },
        { session: promoting, timeoutMs: LIMIT_MS },
      ),
    settle: (values, _targets, _startedAt, context) =>
      withPostgres(servers, values, context, async (client): Promise<Settlement> => {
        const { standby } = await runningServer(client, context.signal);
        return standby
          ? { state: 'not-done', because: 'it is a standby' }
          : { state: 'done', because: 'it is a primary' };
      }),
  });
}
