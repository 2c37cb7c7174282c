import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { Action, RunContext, Settlement } from '../contract.ts';
import { defineAction } from '../contract.ts';
import type { PostgresClient } from './client.ts';
import { sqlStateOf } from './failure.ts';
import {
  type KnownPostgres,
  type PostgresServers,
  psql,
  serverInput,
  withPostgres,
} from './role.ts';
import { checkTarget, runningServer, serverTarget } from './server-target.ts';
import type { SessionOptions } from './session.ts';

const TIMEOUT_MS = 20_000;

const writing: SessionOptions = {
  writes: true,
  names: 'catalogue',
  statementTimeoutMs: 10_000,
  lockTimeoutMs: 2000,
};

/** Those that hold a list: each entry is a word of its own in the statement. */
const LISTS: ReadonlySet<string> = new Set(['shared_preload_libraries']);

/** Settings that runbooks raise; others are for a person with the configuration in front of him. */
const settings = [
  'max_connections',
  'shared_buffers',
  'work_mem',
  'shared_preload_libraries',
  'idle_in_transaction_session_timeout',
  'statement_timeout',
] as const;

const input = z.strictObject({
  ...serverInput,
  setting: z.enum(settings),
  value: z.coerce
    .string()
    .max(200)
    .regex(/^[\w ,.-]*$/, 'must be a number with its unit, or a list with commas')
    .describe('with its unit, e.g. 256MB; empty takes away what was set so'),
});
type Input = z.output<typeof input>;

/** What holds, whether a change waits for a restart, and what the files say; that wait is an error there. */
const STATE = `SELECT current_setting($1), s.context,
  (SELECT f.setting FROM pg_file_settings f WHERE f.name = $1
    ORDER BY f.seqno DESC LIMIT 1)
FROM pg_settings s WHERE s.name = $1`;

const wordsOf = (value: string) => [
  ...new Set(
    value
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  ),
];

/** The statement; `value` holds no quote, as its pattern says. */
export function settingText({ setting, value }: Pick<Input, 'setting' | 'value'>): string {
  if (wordsOf(value).length === 0) return `ALTER SYSTEM RESET ${setting}`;
  const words = LISTS.has(setting) ? wordsOf(value) : [value.trim()];
  return `ALTER SYSTEM SET ${setting} = ${words.map((word) => `'${word}'`).join(', ')}`;
}

async function stateOf(client: PostgresClient, setting: string, signal: AbortSignal) {
  const { rows } = await client.ask(STATE, [setting], signal);
  const [now, context, file] = rows[0] ?? [];
  return {
    now: sanitizeLine(now ?? ''),
    restart: context === 'postmaster',
    file: file === null || file === undefined ? null : sanitizeLine(file),
  };
}

const plain = (text: string) => text.replace(/[\s"']/g, '').toLowerCase();

async function look(
  client: PostgresClient,
  known: KnownPostgres,
  { setting }: Input,
  { signal }: RunContext,
) {
  const server = await runningServer(client, signal);
  const state = await stateOf(client, setting, signal);
  const identity = { setting, file: state.file ?? '' };
  const target = serverTarget('database', `${setting} of ${known.source}`, known, server, identity);
  return { state, target };
}

function refusal(thrown: unknown, where: string): unknown {
  if (sqlStateOf(thrown) !== '42501') return thrown;
  const message = `PostgreSQL at ${where} does not let this user change its settings`;
  return new OperatorError('denied', message, 'use a superuser', thrown);
}

/** `postgres.set`: writes a setting of the server, and lets it read it. Some hold after a restart only. */
export function setAction(servers: PostgresServers): Action {
  return defineAction({
    id: 'postgres.set',
    title: 'Change a setting of PostgreSQL',
    risk: 'disruptive',
    input,
    undo: {
      kind: 'action',
      action: 'postgres.set',
      with: {
        source: '{{before.source}}',
        setting: '{{before.setting}}',
        value: '{{before.value}}',
      },
    },
    timeoutMs: TIMEOUT_MS,
    preview: (values, context) =>
      withPostgres(servers, values, context, async (client, known) => {
        const { state, target } = await look(client, known, values, context);
        return {
          targets: [target],
          command: psql(
            servers,
            values,
            context,
            `${settingText(values)}; SELECT pg_reload_conf()`,
          ),
          notes: [
            `${values.setting} is ${state.now === '' ? 'empty' : state.now} now`,
            state.restart ? 'it holds after the next restart of PostgreSQL' : 'it holds at once',
          ],
          before: {
            source: known.source,
            setting: values.setting,
            value: state.file ?? state.now,
          },
        };
      }),
    run: (values, targets, context) =>
      withPostgres(
        servers,
        values,
        context,
        async (client, known) => {
          const { state, target } = await look(client, known, values, context);
          checkTarget(targets, target);
          try {
            await client.ask(settingText(values), [], context.signal);
            await client.ask('SELECT pg_reload_conf()', [], context.signal);
          } catch (thrown) {
            throw refusal(thrown, client.where);
          }
          context.output(state.restart ? 'written; it waits for a restart' : 'written, and read');
        },
        { session: writing },
      ),
    settle: (values, _targets, _startedAt, context) =>
      withPostgres(servers, values, context, async (client): Promise<Settlement> => {
        const { file } = await stateOf(client, values.setting, context.signal);
        const because = `its file says ${file ?? 'nothing'}`;
        const done = plain(file ?? '') === plain(wordsOf(values.value).join(','));
        return { state: done ? 'done' : 'not-done', because };
      }),
  });
}
