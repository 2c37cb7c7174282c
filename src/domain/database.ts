import type { Identified } from './identified.ts';

/** What a session is doing, in PostgreSQL's own words; `unknown` where it may not be seen. */
export type SessionState =
  | 'active'
  | 'idle'
  | 'idle in transaction'
  | 'idle in transaction (aborted)'
  | 'fastpath function call'
  | 'disabled'
  | 'unknown';

/** One session of `pg_stat_activity`; every string is already sanitized. */
export interface DatabaseSession extends Identified {
  /** `pid` and `backendStart` together: a pid alone may have been given out again. */
  readonly id: string;
  readonly pid: number;
  /** `client backend`; a background process, e.g. `autovacuum worker`, is listed when it blocks. */
  readonly backendType: string;
  /** Epoch ms by this host's clock; null where it may not be seen. */
  readonly backendStart: number | null;
  /** The server's own text of `backend_start` in UTC, to name the session in a query. */
  readonly backendStartText: string | null;
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
  /** The query that runs, or that ran last, with its line breaks; cut to a bound. */
  readonly query: string;
  /** Pids that hold what it waits for, as `pg_blocking_pids` tells; 0 is a prepared transaction. */
  readonly blockedBy: readonly number[];
}

/** A standby as its primary sees it, or the receiver as the standby sees it. */
export interface ReplicationLink {
  readonly name: string;
  /** In PostgreSQL's words, e.g. `streaming`; on a standby also `replay paused`, `no receiver`. */
  readonly state: string;
  readonly client: string | null;
  /** Bytes that the receiving side has not yet received, and not yet replayed; null while unknown. */
  readonly receiveLagBytes: number | null;
  readonly replayLagBytes: number | null;
  /**
   * 0 when all that was received is replayed: an idle primary is no lag. On a standby that receives
   * nothing, the time since the last transaction it replayed: the most that its lag can be.
   */
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

/** How many active client sessions wait for one event, e.g. `Lock` `transactionid`. */
export interface WaitCount {
  readonly type: string;
  readonly event: string;
  readonly sessions: number;
}

/** A PostgreSQL server as its statistics views tell it. */
export interface Database {
  readonly latencyMs: number;
  readonly version: string;
  readonly role: 'primary' | 'standby';
  readonly startedAt: number;
  readonly maxConnections: number;
  /** Of `maxConnections`, those that only superusers and privileged roles may use. */
  readonly reservedConnections: number;
  /** Client sessions and those who block one; the console's own session is left out. */
  readonly sessions: readonly DatabaseSession[];
  /** True when there were more sessions than are listed; `counts` still counts all. */
  readonly sessionsCut: boolean;
  /** Client sessions but the console's own. */
  readonly counts: {
    /** In state `active`, those that wait for a lock included. */
    readonly active: number;
    readonly idle: number;
    readonly idleInTransaction: number;
    /** Active sessions that wait for a lock. */
    readonly waiting: number;
    readonly total: number;
  };
  /** What active sessions wait for, most first. */
  readonly waits: readonly WaitCount[];
  /** Connections in use against `max_connections`, the console's own included. */
  readonly connectionsUsed: number;
  readonly sizes: readonly DatabaseSize[];
  readonly replication: readonly ReplicationLink[];
  /** Null where the extension is not there or may not be read. */
  readonly statements: readonly StatementUse[] | null;
  /** What could not be read and why, e.g. query texts of other users without `pg_monitor`. */
  readonly notes: readonly string[];
}
