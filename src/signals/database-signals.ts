import type { Database, DatabaseSession } from '../domain/database.ts';
import { formatBytes } from '../domain/format.ts';
import type { HealthBefore } from './evaluate.ts';
import { type FactNumber, factReading, type Told } from './fact-reading.ts';
import { limits } from './limits.ts';
import type { EvaluatedSignal } from './reading.ts';

/** Sessions whose waiting is timed at once, a database. */
const WAITING_MAX = 1000;

const who = ({ pid, user, application }: DatabaseSession) =>
  `pid ${pid} ${[user, application].filter((word) => word !== '').join(' ')}`.trim();

/** PostgreSQL says 0 for a prepared transaction: it has no process. */
const blockers = ({ blockedBy }: DatabaseSession) =>
  blockedBy.map((pid) => (pid === 0 ? 'a prepared transaction' : `pid ${pid}`)).join(', ');

const more = (count: number) => (count > 1 ? `, ${count - 1} more` : '');

function longest(
  sessions: readonly DatabaseSession[],
  sinceOf: (session: DatabaseSession) => number | null,
  now: number,
): { readonly session: DatabaseSession; readonly seconds: number } | null {
  let found: { session: DatabaseSession; seconds: number } | null = null;
  for (const session of sessions) {
    const since = sinceOf(session);
    if (since === null) continue;
    const seconds = Math.max(0, now - since) / 1000;
    if (found === null || seconds > found.seconds) found = { session, seconds };
  }
  return found;
}

function connections({ connectionsUsed, maxConnections }: Database) {
  if (maxConnections <= 0) return [];
  const detail = `${connectionsUsed} of ${maxConnections}`;
  const value = connectionsUsed / maxConnections;
  return [{ id: 'connections', title: 'connections', value, unit: 'fraction', detail }] as const;
}

function replication({ replication: links }: Database, labels: Readonly<Record<string, string>>) {
  return links.flatMap(({ name, replayLagMs, replayLagBytes }): FactNumber[] => {
    if (replayLagMs === null) return [];
    const bytes = replayLagBytes === null ? null : `${formatBytes(replayLagBytes)} behind`;
    return [
      {
        id: 'replicationLag',
        title: 'replication lag',
        labels: { ...labels, standby: name },
        value: replayLagMs / 1000,
        unit: 'seconds',
        thresholds: limits.replicationLag,
        detail: bytes,
      },
    ];
  });
}

/** Times how long sessions wait for a lock: the server tells only when their query began. */
export interface DatabaseWatch {
  /**
   * The signals `connections`, `blocked`, `idleInTransaction` and `replicationLag`, by name of the
   * source. The longest of several sessions speaks; without any the value is 0.
   */
  signals(databases: readonly Told<Database>[], before: HealthBefore): readonly EvaluatedSignal[];
}

export function createDatabaseWatch(): DatabaseWatch {
  /** By source, by session: since when it waits, epoch ms. */
  const waiting = new Map<string, Map<string, number>>();

  /** Since when each blocked session waits: at most since its query began, else since it was seen. */
  const timed = (source: string, sessions: readonly DatabaseSession[], observedAt: number) => {
    const known = waiting.get(source);
    const since = new Map<string, number>();
    for (const { id, queryStart } of sessions.slice(0, WAITING_MAX)) {
      // Before the first look nobody watched: then the query's own time is the best there is.
      const seen = known === undefined ? (queryStart ?? observedAt) : observedAt;
      since.set(id, known?.get(id) ?? Math.max(seen, queryStart ?? seen));
    }
    waiting.set(source, since);
    return since;
  };

  const numbers = ({ source, value, observedAt }: Told<Database>): readonly FactNumber[] => {
    const labels = { name: source.name };
    const seconds = { labels, unit: 'seconds' } as const;
    const blocked = value.sessions.filter(({ blockedBy }) => blockedBy.length > 0);
    const since = timed(source.name, blocked, observedAt);
    const waits = longest(blocked, ({ id }) => since.get(id) ?? null, observedAt);
    const open = value.sessions.filter(({ state }) => state.startsWith('idle in transaction'));
    const idle = longest(open, ({ stateChange }) => stateChange, observedAt);
    return [
      ...connections(value).map((n) => ({ ...n, labels, thresholds: limits.connections })),
      {
        ...seconds,
        id: 'blocked',
        title: 'blocked',
        value: waits?.seconds ?? 0,
        thresholds: limits.blocked,
        detail: waits
          ? `${who(waits.session)} waits for ${blockers(waits.session)}${more(blocked.length)}`
          : null,
      },
      {
        ...seconds,
        id: 'idleInTransaction',
        title: 'idle in transaction',
        value: idle?.seconds ?? 0,
        thresholds: limits.idleInTransaction,
        detail: idle ? `${who(idle.session)}${more(open.length)}` : null,
      },
      ...replication(value, labels),
    ];
  };

  return {
    signals: (databases, before) =>
      databases.flatMap((told) => numbers(told).map((n) => factReading(n, told, before))),
  };
}
