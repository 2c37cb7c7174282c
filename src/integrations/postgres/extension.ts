import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import type { Action, Settlement } from '../contract.ts';
import { defineAction } from '../contract.ts';
import type { PostgresClient } from './client.ts';
import { type PostgresServers, psql, serverInput, withPostgres } from './role.ts';
import { checkTarget, refuseStandby, runningServer, serverTarget } from './server-target.ts';
import type { SessionOptions } from './session.ts';

const TIMEOUT_MS = 40_000;

const writing: SessionOptions = {
  writes: true,
  names: 'users',
  statementTimeoutMs: 30_000,
  lockTimeoutMs: 5000,
};

const input = z.strictObject({
  ...serverInput,
  name: z.string().regex(/^[a-z_][\w-]{0,62}$/, 'must be the name of an extension'),
});

const STATE = `SELECT a.default_version, e.extversion FROM pg_available_extensions a
  LEFT JOIN pg_extension e ON e.extname = a.name WHERE a.name = $1`;

async function stateOf(client: PostgresClient, name: string, signal: AbortSignal) {
  const { rows } = await client.ask(STATE, [name], signal);
  const [row] = rows;
  if (row === undefined) {
    const message = `PostgreSQL at ${client.where} has no extension ${name} to create`;
    throw new OperatorError('missing', message, 'install its package on the server');
  }
  return { offered: row[0] ?? '', there: row[1] ?? null };
}

const textOf = (name: string) => `CREATE EXTENSION IF NOT EXISTS "${name}"`;

/** `postgres.extension`: creates an extension that the server's host has, in one database. */
export function extensionAction(servers: PostgresServers): Action {
  return defineAction({
    id: 'postgres.extension',
    title: 'Create an extension of PostgreSQL',
    risk: 'disruptive',
    input,
    undo: { kind: 'irreversible', why: 'DROP EXTENSION takes it away, with all that uses it' },
    timeoutMs: TIMEOUT_MS,
    preview: (values, context) =>
      withPostgres(servers, values, context, async (client, known) => {
        const server = await runningServer(client, context.signal);
        refuseStandby(server, client);
        const { offered, there } = await stateOf(client, values.name, context.signal);
        const target = serverTarget('database', known.source, known, server);
        return {
          targets: [target],
          command: psql(servers, values, context, textOf(values.name)),
          notes: [there === null ? `version ${offered}` : `version ${there} is there already`],
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
          refuseStandby(server, client);
          checkTarget(targets, serverTarget('database', known.source, known, server));
          await client.ask(textOf(values.name), [], context.signal);
          const { there } = await stateOf(client, values.name, context.signal);
          context.output(`${values.name} ${there ?? ''} is there`);
        },
        { session: writing },
      ),
    settle: (values, _targets, _startedAt, context) =>
      withPostgres(servers, values, context, async (client): Promise<Settlement> => {
        const { there } = await stateOf(client, values.name, context.signal);
        return there === null
          ? { state: 'not-done', because: `${values.name} is not there` }
          : { state: 'done', because: `${values.name} ${there} is there` };
      }),
  });
}
