import * as z from 'zod';
import type { DatabaseSession } from '../../domain/database.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { FrozenTarget } from '../../domain/target.ts';
import type { RunContext } from '../contract.ts';
import { type ActivityNow, readActivity } from './activity.ts';
import { APPLICATION_NAME, type PostgresClient } from './client.ts';
import { serverInput } from './role.ts';
import {
  filterInput,
  filterWords,
  fitting,
  namesACondition,
  type SessionFilter,
} from './session-choice.ts';
import { sessionDetail, sessionLine } from './session-row.ts';

/** Sessions one change can touch. */
const CHOSEN_MAX = 100;
const PIDS_LENGTH_MAX = 1000;

const chosenSession = z.strictObject({
  pid: z.coerce.number().int().positive(),
  backendStart: z.string().min(1).max(60),
  /** Of the query that is meant, where only that is ended. */
  queryStart: z.string().min(1).max(60).optional(),
});
type ChosenSession = z.output<typeof chosenSession>;

/** Which sessions to end: named exactly, by their pids, or by what they do. */
export const endInput = z
  .strictObject({
    ...serverInput,
    ...filterInput,
    sessions: z.array(chosenSession).min(1).max(CHOSEN_MAX).optional(),
    pids: z
      .union([
        z.array(z.coerce.number().int().positive()).min(1).max(CHOSEN_MAX),
        z.number().int().positive(),
        z
          .string()
          .max(PIDS_LENGTH_MAX)
          .regex(/^\s*\d+(?:[\s,]+\d+)*\s*$/, 'must be pids such as 4711, 4712'),
      ])
      .optional(),
  })
  .refine(
    (input) =>
      [input.sessions !== undefined, input.pids !== undefined, filters(input)].filter(Boolean)
        .length === 1,
    'say which sessions: `pids`, or what they do by `state` or `blocking`',
  )
  .refine(
    (input) => !filters(input) || namesACondition(input),
    'say what the sessions do: `state`, or `blocking`',
  );
export type EndInput = z.output<typeof endInput>;

function filters(input: SessionFilter): boolean {
  const { application, blocking, olderThan, state, user } = input;
  return [application, blocking, olderThan, state, user].some((value) => value !== undefined);
}

function pidsOf(pids: NonNullable<EndInput['pids']>): readonly number[] {
  const list = typeof pids === 'string' ? pids.split(/[\s,]+/).filter(Boolean) : [pids].flat();
  return [...new Set(list.map(Number))];
}

/** A session a change is about; `session` is null once it has ended. */
export interface Chosen {
  readonly pid: number;
  readonly backendStart: string;
  readonly queryStart: string | null;
  readonly session: DatabaseSession | null;
}

const QUERY_STARTS = `SELECT pid::text, query_start::text FROM pg_stat_activity
  WHERE pid = ANY ($1::int[])`;

/** When the query of each session began, as the server's own text. */
async function queryStarts(
  client: PostgresClient,
  pids: readonly number[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, string>> {
  const { rows } = await client.ask(QUERY_STARTS, [pids], signal);
  return new Map(rows.flatMap(([pid, start]) => (start ? [[Number(pid), start] as const] : [])));
}

function anotherNow(pid: number): OperatorError {
  const message = `pid ${pid} belongs to another session now: the one that was meant has ended`;
  return new OperatorError('failed', message, 'look at the sessions again, then decide anew');
}

function notThere(pid: number): OperatorError {
  const message = `there is no client's session with pid ${pid}`;
  return new OperatorError('missing', message, 'look at the sessions again: it may have ended');
}

function named(asked: ChosenSession, sessions: readonly DatabaseSession[]) {
  const { backendStart, pid } = asked;
  const session = sessions.find((one) => one.pid === pid) ?? null;
  if (session !== null && session.backendStartText !== backendStart) throw anotherNow(pid);
  return { pid, backendStart, session };
}

function chosenBy(input: EndInput, { activity, now }: ActivityNow): readonly DatabaseSession[] {
  const clients = fitting(activity.sessions, {}, now);
  if (input.pids !== undefined) {
    return pidsOf(input.pids).map((wanted) => {
      const session = clients.find(({ pid }) => pid === wanted);
      if (session === undefined) throw notThere(wanted);
      return session;
    });
  }
  // By a condition this console never means itself.
  return fitting(activity.sessions, input, now)
    .filter(({ application }) => application !== APPLICATION_NAME)
    .slice(0, CHOSEN_MAX);
}

/**
 * The sessions that are meant, as they are now.
 * @throws OperatorError when a condition fits none, or a pid is not, or no longer, the session meant
 */
export async function chooseSessions(
  client: PostgresClient,
  input: EndInput,
  context: RunContext,
): Promise<{ readonly chosen: readonly Chosen[]; readonly now: number }> {
  const activity = await readActivity(client, context);
  const { now } = activity;
  const { sessions } = activity.activity;
  if (input.sessions !== undefined) {
    const starts = await queryStarts(
      client,
      input.sessions.map(({ pid }) => pid),
      context.signal,
    );
    const chosen = input.sessions.map((asked) => {
      const queryStart = asked.queryStart ?? starts.get(asked.pid) ?? null;
      return { ...named(asked, sessions), queryStart };
    });
    return { chosen, now };
  }
  const found = chosenBy(input, activity);
  if (found.length === 0) {
    const message = `no session is ${filterWords(input)}`;
    throw new OperatorError('missing', message, 'look at the sessions again');
  }
  const starts = await queryStarts(
    client,
    found.map(({ pid }) => pid),
    context.signal,
  );
  const chosen = found.map((session) => {
    const { backendStartText, pid } = session;
    if (backendStartText === null) {
      const message = `this user may not see when pid ${pid} began, so it cannot be named exactly`;
      throw new OperatorError('denied', message, 'grant pg_monitor to the user');
    }
    const queryStart = starts.get(pid) ?? null;
    return { pid, backendStart: backendStartText, queryStart, session };
  });
  return { chosen, now };
}

const GONE = 'has ended already';

/** `since 08:47:27`, of the server's text. */
function sinceWords(backendStart: string): string {
  return `since ${sanitizeLine(backendStart).slice(11, 19)}`;
}

/** A session as it is confirmed. */
export function sessionTarget(chosen: Chosen, now: number, server: string): FrozenTarget {
  const { backendStart, pid, session } = chosen;
  const detail = session === null ? GONE : sessionDetail(session, now);
  return {
    kind: 'session',
    name: `${server} pid ${pid}`,
    shortId: sinceWords(backendStart),
    detail,
    identity: { pid: String(pid), backendStart },
  };
}

export function chosenLine({ pid, session }: Chosen, now: number): string {
  return session === null ? `pid ${pid}  ${GONE}` : sessionLine(session, now);
}
