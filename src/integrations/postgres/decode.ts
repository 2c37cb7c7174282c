import type {
  Database,
  DatabaseSession,
  DatabaseSize,
  SessionState,
  StatementUse,
  WaitCount,
} from '../../domain/database.ts';
import type { Row, Rows } from './client.ts';
import { flagOf, numberOf, queryOf, timeOf, wordOf, wordOrNull } from './columns.ts';
import { decodeReceiver, decodeStandby } from './decode-replication.ts';
import { noPostgres } from './failure.ts';
import { SESSIONS_MAX, WAITING_MAX } from './queries.ts';

const OLDEST_KNOWN_VERSION = 130_000;
const BLOCKERS_MAX = 50;

const STATES: ReadonlySet<string> = new Set<SessionState>([
  'active',
  'idle',
  'idle in transaction',
  'idle in transaction (aborted)',
  'fastpath function call',
  'disabled',
]);

function stateOf(row: Row): SessionState {
  const state = row['state'] ?? '';
  return STATES.has(state) ? (state as SessionState) : 'unknown';
}

function pidsOf(text: string | null | undefined): readonly number[] {
  if (text === null || text === undefined || text === '') return [];
  return [...new Set(text.split(',').map(Number))].filter(Number.isInteger).slice(0, BLOCKERS_MAX);
}

/** A session of `pg_stat_activity`; `offsetMs` shifts the server's clock to this host's. */
export function decodeSession(row: Row, offsetMs: number): DatabaseSession {
  const pid = numberOf(row, 'pid') ?? -1;
  const backendStartText = wordOrNull(row, 'backend_start_text');
  const backendType = wordOf(row, 'backend_type') || 'client backend';
  return {
    id: `${pid} ${backendStartText ?? '?'}`,
    pid,
    backendType,
    backendStart: timeOf(row, 'backend_start', offsetMs),
    backendStartText,
    user: wordOf(row, 'usename'),
    database: wordOf(row, 'datname'),
    application: wordOf(row, 'application_name'),
    client: wordOrNull(row, 'client'),
    state: stateOf(row),
    waitEventType: wordOrNull(row, 'wait_event_type'),
    waitEvent: wordOrNull(row, 'wait_event'),
    transactionStart: timeOf(row, 'xact_start', offsetMs),
    queryStart: timeOf(row, 'query_start', offsetMs),
    stateChange: timeOf(row, 'state_change', offsetMs),
    query: row['query'] === '<insufficient privilege>' ? '' : queryOf(row),
    blockedBy: pidsOf(row['blockers']),
  };
}

function decodeWait(row: Row): WaitCount {
  return {
    type: wordOf(row, 'wait_event_type'),
    event: wordOf(row, 'wait_event'),
    sessions: numberOf(row, 'sessions') ?? 0,
  };
}

function notesOf(server: Row, waiting: number, receiver: Row | undefined): readonly string[] {
  const notes: string[] = [];
  if (!flagOf(server, 'sees_all')) {
    notes.push(
      "others' sessions hide their states and queries from this user: grant it pg_monitor",
    );
  }
  if (wordOf(server, 'track_activities') === 'off') {
    notes.push('track_activities is off for this user: the server records no queries');
  }
  if ((numberOf(server, 'version_number') ?? 0) < OLDEST_KNOWN_VERSION) {
    notes.push('this PostgreSQL is older than 13, the oldest this console was made for');
  }
  if (waiting > WAITING_MAX) {
    notes.push(`${waiting} wait for a lock; blockers are looked up for the ${WAITING_MAX} oldest`);
  }
  if (receiver !== undefined && flagOf(receiver, 'paused')) {
    notes.push('replay is paused; pg_wal_replay_resume() on the standby goes on');
  }
  if (receiver !== undefined && flagOf(server, 'sees_all') && wordOf(receiver, 'status') === '') {
    notes.push('this standby receives nothing: see its primary_conninfo and its log');
  }
  return notes;
}

/** What an activity answer says; the rest of a `Database` is read more rarely. */
export type Activity = Omit<Database, 'latencyMs' | 'sizes' | 'statements'>;

/** What the server's clock said amid the answer, epoch ms. */
export function serverNow(results: readonly Rows[], where: string): number {
  const now = numberOf(results[0]?.[0] ?? {}, 'now');
  if (now === null) throw noPostgres(where);
  return now;
}

/**
 * Decodes the results of `ACTIVITY`.
 * @param offsetMs shifts the server's clock to this host's
 * @throws OperatorError('garbage') when they are none
 */
export function decodeActivity(
  results: readonly Rows[],
  offsetMs: number,
  where: string,
): Activity {
  const [[server] = [], [counts] = [], waits = [], rows = [], standbys = [], [receiver] = []] =
    results;
  if (server === undefined || counts === undefined) throw noPostgres(where);
  const count = (column: string) => numberOf(counts, column) ?? 0;
  const links = standbys.map(decodeStandby);
  return {
    version: wordOf(server, 'version').split(' ')[0] ?? '',
    role: flagOf(server, 'in_recovery') ? 'standby' : 'primary',
    startedAt: timeOf(server, 'started_at', offsetMs) ?? 0,
    maxConnections: numberOf(server, 'max_connections') ?? 0,
    reservedConnections: numberOf(server, 'reserved_connections') ?? 0,
    sessions: rows.slice(0, SESSIONS_MAX).map((row) => decodeSession(row, offsetMs)),
    sessionsCut: rows.length > SESSIONS_MAX,
    counts: {
      active: count('active'),
      idle: count('idle'),
      idleInTransaction: count('idle_in_transaction'),
      waiting: count('waiting'),
      total: count('total'),
    },
    waits: waits.map(decodeWait),
    connectionsUsed: count('used'),
    replication: receiver === undefined ? links : [decodeReceiver(receiver), ...links],
    notes: notesOf(server, count('waiting'), receiver),
  };
}

export function decodeSizes(rows: Rows): readonly DatabaseSize[] {
  return rows.flatMap((row) => {
    const bytes = numberOf(row, 'bytes');
    return bytes === null ? [] : [{ name: wordOf(row, 'datname'), bytes }];
  });
}

/** A line of `pg_stat_statements` with its text, which is kept apart. */
export function decodeStatement(row: Row, query: string): StatementUse {
  return {
    query,
    calls: numberOf(row, 'calls') ?? 0,
    totalMs: numberOf(row, 'total_exec_time') ?? 0,
    meanMs: numberOf(row, 'mean_exec_time') ?? 0,
    rows: numberOf(row, 'rows') ?? 0,
  };
}
