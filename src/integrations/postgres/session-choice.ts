import * as z from 'zod';
import type { DatabaseSession } from '../../domain/database.ts';
import { isActive } from '../../domain/database-blocking.ts';
import { parseDuration } from '../../domain/duration.ts';

const CLIENT_BACKEND = 'client backend';

/** A duration as text, e.g. `5m`. */
export const durationText = z
  .string()
  .refine((text) => parseDuration(text) !== null, 'must be a duration such as 5m or 30d');

/** The ms of a checked duration; 0 where there is none. */
export function durationMs(text: string | undefined): number {
  return text === undefined ? 0 : (parseDuration(text) ?? 0);
}

/** Which sessions are meant, by what they do. */
export const filterInput = {
  state: z
    .enum(['active', 'idle', 'idle in transaction', 'waiting', 'any'])
    .optional()
    .describe('`waiting` is active and waiting for a lock'),
  olderThan: durationText
    .optional()
    .describe('how long its query has run, or how long it has been in its state'),
  blocking: z.boolean().optional().describe('only sessions that others wait for'),
  user: z.string().min(1).optional(),
  application: z.string().min(1).optional(),
};

export interface SessionFilter {
  readonly state?: 'active' | 'idle' | 'idle in transaction' | 'waiting' | 'any' | undefined;
  readonly olderThan?: string | undefined;
  readonly blocking?: boolean | undefined;
  readonly user?: string | undefined;
  readonly application?: string | undefined;
}

/** True when the filter says what a session does, rather than only whose or how old it is. */
export function namesACondition({ blocking, state }: SessionFilter): boolean {
  return blocking === true || (state !== undefined && state !== 'any');
}

/** How long its query has run, or it has been in its state; null where it may not be seen. */
export function lastingMs(session: DatabaseSession, now: number): number | null {
  const since = isActive(session) ? session.queryStart : session.stateChange;
  return since === null ? null : Math.max(0, now - since);
}

function inState(session: DatabaseSession, state: SessionFilter['state']): boolean {
  switch (state) {
    case undefined:
    case 'any':
      return true;
    case 'active':
      return isActive(session);
    case 'waiting':
      return isActive(session) && session.waitEventType === 'Lock';
    case 'idle':
      return session.state === 'idle';
    case 'idle in transaction':
      return session.state.startsWith('idle in transaction');
  }
}

/**
 * The clients' sessions that fit, the longest lasting first. A session whose times may not be seen fits
 * no age.
 */
export function fitting(
  sessions: readonly DatabaseSession[],
  filter: SessionFilter,
  now: number,
): readonly DatabaseSession[] {
  const blockers = new Set(sessions.flatMap(({ blockedBy }) => blockedBy));
  const leastMs = durationMs(filter.olderThan);
  return sessions
    .filter(
      (one) =>
        one.backendType === CLIENT_BACKEND &&
        inState(one, filter.state) &&
        (filter.olderThan === undefined || (lastingMs(one, now) ?? -1) > leastMs) &&
        (filter.blocking !== true || blockers.has(one.pid)) &&
        (filter.user === undefined || one.user === filter.user) &&
        (filter.application === undefined || one.application === filter.application),
    )
    .sort((a, b) => (lastingMs(b, now) ?? -1) - (lastingMs(a, now) ?? -1) || a.pid - b.pid);
}

/** The filter in words, e.g. `active for more than 5m`. */
export function filterWords(filter: SessionFilter): string {
  const { application, blocking, olderThan, state, user } = filter;
  const words = [
    state === undefined || state === 'any' ? '' : state,
    olderThan === undefined ? '' : `for more than ${olderThan}`,
    blocking === true ? 'blocking others' : '',
    user === undefined ? '' : `of user ${user}`,
    application === undefined ? '' : `of ${application}`,
  ];
  return words.filter(Boolean).join(' ') || 'any';
}
