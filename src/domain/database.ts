import type { Identified } from './identified.ts';

/** What a client session is doing, in PostgreSQL's own words. */
export type SessionState =
  | 'active'
  | 'idle'
  | 'idle in transaction'
  | 'idle in transaction (aborted)'
  | 'fastpath function call'
  | 'disabled'
  | 'unknown';

/** One client session of `pg_stat_activity`; every string is already sanitized. */
export interface DatabaseSession extends Identified {
  /** `pid` and `backendStart` together: a pid alone may have been given out again. */
  readonly id: string;
  readonly pid: number;
  /** Epoch ms, with the server's microseconds cut off. */
  readonly backendStart: number;
  /** The server's own text of `backend_start`, to name the session in a query. */
  readonly backendStartText: string;
  readonly user: string;
  readonly database: string;
  readonly application: string;
  /** Address of the client; null over the local socket. */
  readonly client: string | null;
  readonly state: SessionState;
  readonly waitEventType: string | null;
  readonly waitEvent: string | null;
  /** Epoch ms by the server's clock, shifted to this host's; null where it does not apply. */
  readonly transactionStart: number | null;
  readonly queryStart: number | null;
  readonly stateChange: number | null;
  /** The query that runs, or that ran last; cut to a bound. */
  readonly query: string;
  /** Pids that hold what it waits for, as `pg_blocking_pids` tells. */
  readonly blockedBy: readonly number[];
}

/** A standby as its primary sees it, or the receiver as the standby sees it. */
export interface ReplicationLink {
  readonly name: string;
  readonly state: string;
  readonly client: string | null;
  /** Bytes that the other side has not yet received, and not yet replayed; null while unknown. */
  readonly receiveLagBytes: number | null;
  readonly replayLagBytes: number | null;
  readonly replayLagMs: number | null;
  readonly sync: string | null;
}

export interface DatabaseSize {
  readonly name: string;
  readonly bytes: number;
}

/** One line of `pg_stat_statements`. */
export interface StatementUse {
  readonly query: string;
  readonly calls: number;
  readonly totalMs: number;
  readonly meanMs: number;
  readonly rows: number;
}

/** A PostgreSQL server as its statistics views tell it. */
export interface Database {
  readonly latencyMs: number;
  readonly version: string;
  readonly role: 'primary' | 'standby';
  readonly startedAt: number;
  readonly maxConnections: number;
  /** Client sessions; background workers and the console's own session are left out. */
  readonly sessions: readonly DatabaseSession[];
  /** True when there were more sessions than are listed; `counts` still counts all. */
  readonly sessionsCut: boolean;
  readonly counts: {
    readonly active: number;
    readonly idle: number;
    readonly idleInTransaction: number;
    /** Active sessions that wait for a lock. */
    readonly waiting: number;
    readonly total: number;
  };
  /** Connections in use against `max_connections`, the console's own and background ones included. */
  readonly connectionsUsed: number;
  readonly sizes: readonly DatabaseSize[];
  readonly replication: readonly ReplicationLink[];
  /** Null where the extension is not there or may not be read. */
  readonly statements: readonly StatementUse[] | null;
  /** What could not be read and why, e.g. query texts of other users without `pg_monitor`. */
  readonly notes: readonly string[];
}
