import * as z from 'zod';
import { wait } from '../../domain/clock.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { Action, Settlement } from '../contract.ts';
import { defineAction } from '../contract.ts';
import type { PostgresClient } from './client.ts';
import { sqlStateOf } from './failure.ts';
import { type PostgresServers, psql, serverInput, withPostgres } from './role.ts';
import { checkTarget, runningServer, serverTarget } from './server-target.ts';

const TIMEOUT_MS = 20_000;
const RELOADED_LIMIT_MS = 5000;
const LOOK_EVERY_MS = 100;
const LINES_MAX = 50;
const LINE_LENGTH_MAX = 200;

const input = z.strictObject({ ...serverInput });

const LOADED = `SELECT floor(extract(epoch FROM pg_conf_load_time()) * 1000)::text,
  floor(extract(epoch FROM clock_timestamp()) * 1000)::text`;
/** What the files say otherwise than what holds now, and what is wrong in them. */
const PENDING = `SELECT f.name, f.setting, current_setting(f.name, true), f.error, s.context
FROM pg_file_settings f LEFT JOIN pg_settings s ON s.name = f.name
WHERE f.error IS NOT NULL OR (f.applied AND s.context <> 'internal'
  AND s.source <> 'command line'
  AND f.setting IS DISTINCT FROM (SELECT reset_val FROM pg_settings r WHERE r.name = f.name)
  AND f.setting IS DISTINCT FROM current_setting(f.name, true))
ORDER BY f.seqno LIMIT ${LINES_MAX}`;

async function loadedAt(client: PostgresClient, signal: AbortSignal) {
  const { rows } = await client.ask(LOADED, [], signal);
  const [at, now] = rows[0] ?? [];
  return { at: Number(at ?? 0), now: Number(now ?? 0) };
}

/** What would change; null where this user may not see the files' settings. */
async function pending(client: PostgresClient, signal: AbortSignal) {
  try {
    const { rows } = await client.ask(PENDING, [], signal);
    return rows.map(([name, setting, now, error, context]) => {
      const what = `${name ?? '?'} = ${setting ?? ''}`;
      const restart = context === 'postmaster' ? ', only after a restart' : '';
      const why = error && restart === '' ? `: ${error}` : ` (now ${now ?? '?'}${restart})`;
      return sanitizeLine(`${what}${why}`).slice(0, LINE_LENGTH_MAX);
    });
  } catch (thrown) {
    if (sqlStateOf(thrown) !== '42501') throw thrown;
    return null;
  }
}

function refusal(thrown: unknown, where: string): unknown {
  if (sqlStateOf(thrown) !== '42501') return thrown;
  const message = `PostgreSQL at ${where} does not let this user reload it`;
  const mend = 'GRANT EXECUTE ON FUNCTION pg_reload_conf() to the user, or use a superuser';
  return new OperatorError('denied', message, mend, thrown);
}

/** `postgres.reload`: lets the server read its configuration files anew; no session is disturbed. */
export function reloadAction(servers: PostgresServers): Action {
  return defineAction({
    id: 'postgres.reload',
    title: 'Reload the configuration of PostgreSQL',
    risk: 'disruptive',
    input,
    undo: { kind: 'irreversible', why: 'put the former setting into the file and reload again' },
    timeoutMs: TIMEOUT_MS,
    preview: (values, context) =>
      withPostgres(servers, values, context, async (client, known) => {
        const server = await runningServer(client, context.signal);
        const lines = await pending(client, context.signal);
        const note =
          lines === null
            ? 'what will change cannot be seen: this user may not read pg_file_settings'
            : lines.length === 0
              ? 'the files say nothing else than what holds now'
              : `${lines.length} ${lines.length === 1 ? 'setting differs' : 'settings differ'}`;
        return {
          targets: [serverTarget('database', known.source, known, server)],
          command: psql(servers, values, context, 'SELECT pg_reload_conf()'),
          notes: [note],
          details: lines ?? [],
          before: {},
        };
      }),
    run: (values, targets, context) =>
      withPostgres(servers, values, context, async (client, known) => {
        const { clock, signal } = context;
        const server = await runningServer(client, signal);
        checkTarget(targets, serverTarget('database', known.source, known, server));
        const before = await loadedAt(client, signal);
        try {
          await client.ask('SELECT pg_reload_conf()', [], signal);
        } catch (thrown) {
          throw refusal(thrown, client.where);
        }
        const until = clock.now() + RELOADED_LIMIT_MS;
        while ((await loadedAt(client, signal)).at <= before.at) {
          if (clock.now() >= until) {
            const message = 'the server was told, but has not read its files: one may be wrong';
            throw new OperatorError('failed', message, 'see its own log');
          }
          await wait(clock, LOOK_EVERY_MS, signal);
        }
        context.output('the server has read its configuration files');
      }),
    settle: (values, _targets, startedAt, context) =>
      withPostgres(servers, values, context, async (client): Promise<Settlement> => {
        const { at, now } = await loadedAt(client, context.signal);
        const done = at + (context.clock.now() - now) >= startedAt;
        return done
          ? { state: 'done', because: 'the server has read its files since' }
          : { state: 'not-done', because: 'the server has not read its files since' };
      }),
  });
}
