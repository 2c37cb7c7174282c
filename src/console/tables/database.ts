import type { Database, DatabaseSession } from '../../domain/database.ts';
import { blockingTree } from '../../domain/database-blocking.ts';
import type { Health } from '../../domain/health.ts';
import { factsOf } from '../../live/selectors.ts';
import type { LiveState } from '../../live/state.ts';
import { joined } from '../joined.ts';
import type { TableModel } from '../table.ts';

export interface SessionRow {
  readonly session: DatabaseSession;
  /** How many sessions wait for it, directly or behind others. */
  readonly blocks: number;
  /** Name of its database's source; null while there is only one. */
  readonly server: string | null;
}

/** The databases that have answered, in the order they are declared. */
export function databases(live: LiveState): readonly Database[] {
  return factsOf(live, 'database').map(({ value }) => value);
}

/** A database with the name of its source. */
export interface NamedDatabase {
  readonly name: string;
  readonly database: Database;
}

const namedOf = joined((database: Database, name: string): NamedDatabase => ({ name, database }));

/** As `databases`, with their names. */
export function namedDatabases(live: LiveState): readonly NamedDatabase[] {
  return Object.values(live.facts).flatMap((fact) =>
    fact.kind === 'database' ? [namedOf(fact.value, fact.source)] : [],
  );
}

/** Who blocks or is blocked is in trouble; a transaction left open may soon be. */
export function sessionHealth({ session, blocks }: SessionRow): Health {
  if (session.blockedBy.length > 0 || blocks > 0) return 'critical';
  return session.state.startsWith('idle in transaction') ? 'warning' : 'ok';
}

const rowOf = joined(
  (session: DatabaseSession, blocks: number, server: string | null): SessionRow => ({
    session,
    blocks,
    server,
  }),
);

function rowsOf({ sessions }: Database, server: string | null): readonly SessionRow[] {
  const blocks = new Map(blockingTree(sessions).map(({ pid, waiters }) => [pid, waiters]));
  return sessions.map((session) => rowOf(session, blocks.get(session.pid) ?? 0, server));
}

function searched({ session: s, server }: SessionRow): string {
  const waits = `${s.waitEventType ?? ''} ${s.waitEvent ?? ''}`;
  const who = `${s.pid} ${s.user} ${s.database} ${s.application} ${s.client ?? ''} ${server ?? ''}`;
  return `${who} ${s.backendType} ${s.state} ${waits} ${s.query}`;
}

/** The sessions of the databases. */
export const databaseTable: TableModel<SessionRow> = {
  panel: 'database',
  noun: 'session',
  rows(live) {
    const known = namedDatabases(live);
    return known.flatMap(({ name, database }) => rowsOf(database, known.length > 1 ? name : null));
  },
  id: ({ session, server }) => (server === null ? session.id : `${server} ${session.id}`),
  name: ({ session }) => `pid ${session.pid}`,
  text: searched,
  health: sessionHealth,
  columns: [
    { id: 'server', title: 'server', key: ({ server }) => server, firstDescending: false },
    { id: 'pid', title: 'pid', key: ({ session }) => session.pid, firstDescending: false },
    { id: 'user', title: 'user', key: ({ session }) => session.user, firstDescending: false },
    {
      id: 'application',
      title: 'app',
      key: ({ session }) => session.application,
      firstDescending: false,
    },
    { id: 'state', title: 'state', key: ({ session }) => session.state, firstDescending: false },
    {
      id: 'wait',
      title: 'waits for',
      key: ({ session }) => session.waitEvent,
      firstDescending: false,
    },
    {
      id: 'transaction',
      title: 'xact',
      key: ({ session }) => session.transactionStart,
      firstDescending: false,
    },
    {
      id: 'since',
      title: 'query',
      key: ({ session }) => session.queryStart,
      firstDescending: false,
    },
    { id: 'query', title: 'text', key: ({ session }) => session.query, firstDescending: false },
  ],
  defaultSort: { column: 'transaction', descending: false },
  copy: ({ session }) => session.query || String(session.pid),
};
