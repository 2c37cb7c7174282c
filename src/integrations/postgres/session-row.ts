import * as z from 'zod';
import type { DatabaseSession } from '../../domain/database.ts';
import { isActive } from '../../domain/database-blocking.ts';
import { formatAge } from '../../domain/duration.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { lastingMs } from './session-choice.ts';

const QUERY_LENGTH_MAX = 300;
const LINE_LENGTH_MAX = 240;

/** A session as conditions and templates see it. */
export const sessionRow = z.object({
  pid: z.number(),
  /** The server's own text in UTC; with the pid it names the session. */
  backendStart: z.string(),
  user: z.string(),
  database: z.string(),
  application: z.string(),
  client: z.string().nullable(),
  state: z.string(),
  /** What it waits for, e.g. `Lock transactionid`. */
  waitsFor: z.string().nullable(),
  /** How long its query has run; null while it runs none. */
  queryMs: z.number().nullable(),
  transactionMs: z.number().nullable(),
  /** How long its query has run, or it has been in its state. */
  lastingMs: z.number().nullable(),
  blockedBy: z.array(z.number()),
  /** On one line, cut. */
  query: z.string(),
});
export type SessionRow = z.output<typeof sessionRow>;

const since = (start: number | null, now: number) =>
  start === null ? null : Math.max(0, now - start);

/** @param now epoch ms by this host's clock */
export function toSessionRow(session: DatabaseSession, now: number): SessionRow {
  const { application, backendStartText, blockedBy, client, database, pid, state, user } = session;
  const { waitEvent, waitEventType } = session;
  return {
    pid,
    backendStart: backendStartText ?? '',
    user,
    database,
    application,
    client,
    state,
    waitsFor: waitEventType === null ? null : [waitEventType, waitEvent].filter(Boolean).join(' '),
    queryMs: isActive(session) ? since(session.queryStart, now) : null,
    transactionMs: since(session.transactionStart, now),
    lastingMs: lastingMs(session, now),
    blockedBy: [...blockedBy],
    query: sanitizeLine(session.query).slice(0, QUERY_LENGTH_MAX),
  };
}

/** `falcon@falcon_inference worker-1, active 6m12s`: whose it is and what it is at. */
export function sessionDetail(session: DatabaseSession, now: number): string {
  const { application, client, database, state, user } = session;
  const lasting = lastingMs(session, now);
  const whose = [`${user || '?'}@${database || '?'}`, application, client ?? ''];
  const at = lasting === null ? state : `${state} ${formatAge(lasting)}`;
  return `${whose.filter(Boolean).join(' ')}, ${at}`;
}

/** One line to look through before confirming: the session and its query. */
export function sessionLine(session: DatabaseSession, now: number): string {
  const query = sanitizeLine(session.query);
  const line = `pid ${session.pid}  ${sessionDetail(session, now)}  ${query || '(its query may not be seen)'}`;
  return line.length > LINE_LENGTH_MAX ? `${line.slice(0, LINE_LENGTH_MAX - 1)}…` : line;
}
