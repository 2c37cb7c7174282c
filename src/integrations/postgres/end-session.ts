import * as z from 'zod';
import { wait } from '../../domain/clock.ts';
import { isActive } from '../../domain/database-blocking.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import type { FrozenTarget } from '../../domain/target.ts';
import type {
  Action,
  ActionContext,
  Need,
  Offer,
  OfferRow,
  Preview,
  RunContext,
  Settlement,
} from '../contract.ts';
import { defineAction } from '../contract.ts';
import type { PostgresClient } from './client.ts';
import { sqlStateOf } from './failure.ts';
import { findServer, type PostgresServers, psql, withPostgres } from './role.ts';
import {
  type Chosen,
  chooseSessions,
  chosenLine,
  type EndInput,
  endInput,
  sessionTarget,
} from './session-target.ts';

const TIMEOUT_MS = 45_000;
/** How long an ended session or query may take to be gone. */
const GONE_LIMIT_MS = 15_000;
const LOOK_EVERY_MS = 200;

/** Ending a whole session, or only the query it runs. */
interface Way {
  readonly id: string;
  readonly title: string;
  /** The server's function. */
  readonly call: 'pg_terminate_backend' | 'pg_cancel_backend';
  readonly undo: string;
  readonly done: string;
  readonly offers: readonly Offer[];
  /** True when a session is only meant while it still runs the query it ran. */
  readonly onlyItsQuery: boolean;
}

/** Tells what of a target is there: the session, and in a cancel its query. */
const STILL_THERE = `SELECT pid::text FROM pg_stat_activity
  WHERE pid = $1::int AND backend_start = $2::timestamptz AND pid <> pg_backend_pid()
    AND ($3::timestamptz IS NULL OR (query_start = $3::timestamptz AND state = 'active'))`;

/** Asks and ends in one statement, so that no other session can have got the pid in between. */
const endText = (call: Way['call']) => `SELECT ${call}(pid)::text FROM pg_stat_activity
  WHERE pid = $1::int AND backend_start = $2::timestamptz AND pid <> pg_backend_pid()
    AND backend_type = 'client backend'
    AND ($3::timestamptz IS NULL OR (query_start = $3::timestamptz AND state = 'active'))`;

function bound({ identity }: FrozenTarget): readonly (string | null)[] {
  return [
    identity['pid'] ?? null,
    identity['backendStart'] ?? null,
    identity['queryStart'] ?? null,
  ];
}

async function isThere(client: PostgresClient, target: FrozenTarget, signal: AbortSignal) {
  const { rows } = await client.ask(STILL_THERE, bound(target), signal);
  return rows.length > 0;
}

function notAllowed(thrown: unknown, where: string): unknown {
  if (sqlStateOf(thrown) !== '42501') return thrown;
  const message = `PostgreSQL at ${where} does not let this user end others' sessions`;
  const mend = 'GRANT pg_signal_backend to the user; a superuser ends those of superusers';
  return new OperatorError('denied', message, mend, thrown);
}

/** Ends one target if it is there. @returns false when it was gone */
async function endOne(
  client: PostgresClient,
  way: Way,
  target: FrozenTarget,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const { rows } = await client.ask(endText(way.call), bound(target), signal);
    return rows[0]?.[0] === 'true';
  } catch (thrown) {
    throw notAllowed(thrown, client.where);
  }
}

/** Waits until none of the targets is there any more. @returns those that still are */
async function untilGone(
  client: PostgresClient,
  targets: readonly FrozenTarget[],
  { clock, signal }: ActionContext,
): Promise<readonly FrozenTarget[]> {
  const until = clock.now() + GONE_LIMIT_MS;
  for (;;) {
    const left: FrozenTarget[] = [];
    for (const target of targets) if (await isThere(client, target, signal)) left.push(target);
    if (left.length === 0 || clock.now() >= until) return left;
    await wait(clock, LOOK_EVERY_MS, signal);
  }
}

async function endAll(
  client: PostgresClient,
  way: Way,
  targets: readonly FrozenTarget[],
  context: ActionContext,
) {
  const ended: FrozenTarget[] = [];
  for (const target of targets) {
    const was = await endOne(client, way, target, context.signal);
    if (was) ended.push(target);
    context.output(was ? `${target.name}: told to end` : `${target.name}: had ended by itself`);
  }
  const left = await untilGone(client, ended, context);
  if (left.length > 0) {
    const names = left.map(({ name }) => name).join(', ');
    const message = `${names} did not end within ${GONE_LIMIT_MS / 1000} s`;
    throw new OperatorError('failed', message, 'it may wait for its disk; look at it again');
  }
  context.output(`${ended.length} of ${targets.length} ${way.done}`);
  return { ended: ended.length, alreadyGone: targets.length - ended.length };
}

/** The rights to end others' sessions. */
const RIGHTS = `SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)::text,
  pg_has_role('pg_signal_backend', 'USAGE')::text`;

async function needs(client: PostgresClient, signal: AbortSignal): Promise<readonly Need[]> {
  const { rows } = await client.ask(RIGHTS, [], signal);
  const [superuser, signals] = rows[0] ?? [];
  const what = "the right to end others' sessions";
  if (superuser === 'true') return [{ what, found: 'superuser', state: 'ok', suggestion: null }];
  if (signals === 'true') {
    return [{ what, found: 'pg_signal_backend', state: 'ok', suggestion: null }];
  }
  const suggestion = 'GRANT pg_signal_backend to the user; its own sessions it may end';
  return [{ what, found: null, state: 'forbidden', suggestion }];
}

function inputFor(way: Way, { database, service, source }: EndInput, chosen: readonly Chosen[]) {
  return {
    ...(service === undefined ? {} : { service }),
    ...(source === undefined ? {} : { source }),
    ...(database === undefined ? {} : { database }),
    sessions: chosen.map(({ backendStart, pid, queryStart }) => ({
      pid,
      backendStart,
      ...(way.onlyItsQuery && queryStart !== null ? { queryStart } : {}),
    })),
  };
}

/** A query that ended since it was confirmed is no trouble; a session that runs none was a slip. */
function refuseIdle(input: EndInput, chosen: readonly Chosen[]): void {
  if (input.sessions?.some(({ queryStart }) => queryStart !== undefined)) return;
  const idle = chosen.find(({ session }) => session === null || !isActive(session));
  if (idle === undefined) return;
  const message = `pid ${idle.pid} runs no query now`;
  throw new OperatorError('missing', message, 'look at the sessions again; one may end them whole');
}

async function preview(
  servers: PostgresServers,
  way: Way,
  input: EndInput,
  context: RunContext,
): Promise<Preview> {
  const { chosen, now } = await withPostgres(servers, input, context, (client) =>
    chooseSessions(client, input, context),
  );
  if (way.onlyItsQuery) refuseIdle(input, chosen);
  const name = findServer(servers, input, context).source;
  const targets = chosen.map((one) => {
    const target = sessionTarget(one, now, name);
    if (!way.onlyItsQuery || one.queryStart === null) return target;
    return { ...target, identity: { ...target.identity, queryStart: one.queryStart } };
  });
  const pids = chosen.map(({ pid }) => pid).join(', ');
  const call =
    chosen.length === 1
      ? `SELECT ${way.call}(${pids})`
      : `SELECT ${way.call}(pid) FROM pg_stat_activity WHERE pid IN (${pids})`;
  const blocked = chosen.filter(({ session }) => (session?.blockedBy.length ?? 0) > 0).length;
  const what = way.onlyItsQuery ? 'cancels the query of' : 'ends';
  return {
    targets,
    command: psql(servers, input, context, call),
    notes: [
      `${what} ${chosen.length} ${chosen.length === 1 ? 'session' : 'sessions'}`,
      ...(blocked === 0 ? [] : [`${blocked} of them only wait for others`]),
    ],
    details: chosen.map((one) => chosenLine(one, now)),
    input: inputFor(way, input, chosen),
    before: { pids },
  };
}

async function settle(
  servers: PostgresServers,
  input: EndInput,
  targets: readonly FrozenTarget[],
  context: RunContext,
): Promise<Settlement> {
  return await withPostgres(servers, input, context, async (client): Promise<Settlement> => {
    const left: FrozenTarget[] = [];
    for (const target of targets) {
      if (await isThere(client, target, context.signal)) left.push(target);
    }
    if (left.length === 0) return { state: 'done', because: 'none of them is there any more' };
    const names = left.map(({ name }) => name).join(', ');
    const state = left.length === targets.length ? 'not-done' : 'unknown';
    return { state, because: `still there: ${names}` };
  });
}

function endAction(servers: PostgresServers, way: Way): Action {
  return defineAction({
    id: way.id,
    title: way.title,
    risk: 'disruptive',
    input: endInput,
    output: z.object({ ended: z.number(), alreadyGone: z.number() }),
    undo: { kind: 'irreversible', why: way.undo },
    offers: way.offers,
    timeoutMs: TIMEOUT_MS,
    needs: (input, context) =>
      withPostgres(servers, input, context, (client) => needs(client, context.signal)),
    preview: (input, context) => preview(servers, way, input, context),
    run: (input, targets, context) =>
      withPostgres(servers, input, context, (client) => endAll(client, way, targets, context)),
    settle: (input, targets, _startedAt, context) => settle(servers, input, targets, context),
  });
}

/** The row's session, named exactly; null for rows of another kind, or that do not fit. */
function rowInput(row: OfferRow, fits: (state: string) => boolean) {
  if (row.kind !== 'session' || row.backendStart === '' || !fits(row.state)) return null;
  const { backendStart, pid, source } = row;
  return { source, sessions: [{ pid, backendStart }] };
}

/** `postgres.terminate`: ends sessions; the transaction each was in is rolled back. */
export function terminateAction(servers: PostgresServers): Action {
  return endAction(servers, {
    id: 'postgres.terminate',
    title: 'End sessions of PostgreSQL',
    call: 'pg_terminate_backend',
    undo: 'an ended session cannot be brought back; its client connects anew by itself',
    done: 'ended',
    onlyItsQuery: false,
    offers: [
      { on: 'session', title: 'End the session', input: (row) => rowInput(row, () => true) },
    ],
  });
}

/** `postgres.cancel`: ends the query a session runs at that moment, and no later one. */
export function cancelAction(servers: PostgresServers): Action {
  return endAction(servers, {
    id: 'postgres.cancel',
    title: 'Cancel queries of PostgreSQL',
    call: 'pg_cancel_backend',
    undo: 'a cancelled query is rolled back; its client can ask it again',
    done: 'cancelled',
    onlyItsQuery: true,
    offers: [
      {
        on: 'session',
        title: 'Cancel the query',
        input: (row) => rowInput(row, (state) => state === 'active'),
      },
    ],
  });
}
