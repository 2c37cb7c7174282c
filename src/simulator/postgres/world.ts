import type { Timer } from '../../domain/clock.ts';
import type { Setting } from './settings.ts';

/** What a PostgreSQL of the simulated world is, has and does at one moment: plain data. */

/**
 * How it meets those who dial it. `down`: nothing listens. `hung`: it takes connections and answers
 * nothing. `starting`, `stopping`, `recovering`: it refuses with the words of a real one.
 */
type Presence = 'down' | 'up' | 'hung' | 'starting' | 'stopping' | 'recovering';

export type SimulatedState =
  | 'active'
  | 'idle'
  | 'idle in transaction'
  | 'idle in transaction (aborted)';

/** A server process. Times are epoch ms of the world's clock. */
export interface Session {
  readonly pid: number;
  /** `client backend`, or e.g. `autovacuum worker`. */
  readonly backendType: string;
  readonly backendStart: number;
  readonly user: string;
  readonly database: string;
  readonly application: string;
  /** Address of the client; null over the local socket. */
  readonly client: string | null;
  readonly encrypted: boolean;
  readonly state: SimulatedState;
  readonly waitEventType: string | null;
  readonly waitEvent: string | null;
  readonly transactionStart: number | null;
  readonly queryStart: number | null;
  readonly stateChange: number;
  readonly query: string;
  /** True for one that a client on a socket drives; the world's own are moved by the world. */
  readonly connected: boolean;
}

/** The modes of locks that statements take, in PostgreSQL's names. */
export type LockMode =
  | 'AccessShareLock'
  | 'RowShareLock'
  | 'RowExclusiveLock'
  | 'ShareUpdateExclusiveLock'
  | 'ShareLock'
  | 'ShareRowExclusiveLock'
  | 'ExclusiveLock'
  | 'AccessExclusiveLock';

/**
 * What a lock is on: a whole table, as `schema.name`, or rows of one. `rows: '*'` are all of them, else a
 * word for one row; who waits for a row waits for the transaction of who holds it.
 */
export interface LockTarget {
  readonly table: string;
  readonly row: string | null;
}

export interface Lock {
  /** 0 is a prepared transaction, which no session holds. */
  readonly pid: number;
  readonly target: LockTarget;
  readonly mode: LockMode;
  readonly granted: boolean;
  /** When it was asked for, epoch ms. */
  readonly since: number;
}

export interface Role {
  readonly name: string;
  readonly login: boolean;
  /** Null for one that no password lets in. */
  readonly password: string | null;
  readonly superuser: boolean;
  /** Roles whose rights it has, e.g. `pg_monitor`. */
  readonly memberOf: readonly string[];
}

interface SimulatedDatabase {
  readonly name: string;
  readonly bytes: number;
}

/** A standby as this primary sees it. Positions are bytes of the log. */
export interface Standby {
  readonly pid: number;
  readonly application: string;
  readonly client: string | null;
  readonly state: string;
  readonly sync: string;
  readonly flushed: number;
  readonly replayed: number;
  /** Since when it has something left to replay, epoch ms; null while it has not. */
  readonly behindSince: number | null;
}

/** How this standby follows its primary. */
export interface Following {
  /** `streaming`; null while nothing is received. */
  readonly status: string | null;
  readonly slot: string | null;
  readonly senderHost: string;
  readonly senderPort: number;
  /** The sender's own last position. */
  readonly latest: number;
  readonly received: number;
  readonly replayed: number;
  readonly paused: boolean;
  /** When the last transaction that was replayed was committed, epoch ms. */
  readonly lastReplayedAt: number | null;
}

/** How the log of a server is archived. Times are epoch ms. */
interface Archiver {
  readonly archived: number;
  readonly failed: number;
  readonly lastArchivedAt: number | null;
  readonly lastFailedAt: number | null;
  /** What waits to be archived, bytes. */
  readonly keptBytes: number;
}

/** A line of `pg_stat_statements`. */
export interface StatementStatistics {
  readonly id: string;
  readonly query: string;
  readonly user: string;
  readonly calls: number;
  readonly totalMs: number;
  readonly rows: number;
}

export interface DatabaseState {
  /** `15.8`, and the same as `server_version_num` has it. */
  readonly version: string;
  readonly versionNumber: number;
  readonly presence: Presence;
  readonly startedAt: number;
  /** When it last read its configuration files. */
  readonly loadedAt: number;
  readonly settings: Readonly<Record<string, Setting>>;
  /** What the files say, in order; it holds after a reload, or a restart. */
  readonly files: readonly { readonly name: string; readonly value: string }[];
  readonly roles: readonly Role[];
  readonly databases: readonly SimulatedDatabase[];
  readonly sessions: readonly Session[];
  /** In the order they were asked for. */
  readonly locks: readonly Lock[];
  /** End of the log, bytes. */
  readonly position: number;
  readonly standbys: readonly Standby[];
  /** Null on a primary. */
  readonly following: Following | null;
  /** Null where the extension is not there. */
  readonly statements: {
    readonly schema: string;
    readonly lines: readonly StatementStatistics[];
  } | null;
  /** Bytes of tables that the world tells larger than they are, by `schema.name`. */
  readonly tableBytes: Readonly<Record<string, number>>;
  /** Nothing can be written: the disk takes no more. */
  readonly diskFull: boolean;
  /** How archiving its log goes; null where nothing is archived. */
  readonly archiver: Archiver | null;
  readonly nextPid: number;
}

/** What a change of a session may tell anew. */
export type SessionPatch = Partial<
  Pick<
    Session,
    | 'application'
    | 'database'
    | 'query'
    | 'queryStart'
    | 'state'
    | 'transactionStart'
    | 'user'
    | 'waitEvent'
    | 'waitEventType'
  >
>;

/** Everything that can happen to a server. */
export type DatabaseChange =
  /** A session begins with the next pid, or the one given. */
  | {
      readonly kind: 'connect';
      readonly session: Pick<Session, 'user' | 'database' | 'application'> & Partial<Session>;
    }
  /** A session ends by itself: its locks are free. */
  | { readonly kind: 'leave'; readonly pid: number }
  | { readonly kind: 'session'; readonly pid: number; readonly patch: SessionPatch }
  | { readonly kind: 'lock'; readonly lock: Pick<Lock, 'pid' | 'target' | 'mode'> }
  /** Frees what a session holds, or only what it still waits for. */
  | { readonly kind: 'unlock'; readonly pid: number; readonly waitingOnly?: boolean }
  /** Somebody ends a session, or the query it runs. */
  | { readonly kind: 'terminate'; readonly pid: number }
  | { readonly kind: 'cancel'; readonly pid: number }
  /** It reads its configuration files. */
  | { readonly kind: 'reload' }
  /** A line of the configuration files; null takes it out. */
  | { readonly kind: 'file'; readonly name: string; readonly value: string | null }
  | { readonly kind: 'presence'; readonly presence: Presence }
  /** A process of it dies: all sessions are gone, and nobody is let in until it has recovered. */
  | { readonly kind: 'crash' }
  /** A client has changed rows of a table: the log grows. */
  | {
      readonly kind: 'wrote';
      readonly table: string;
      readonly how: 'insert' | 'update' | 'delete' | 'merge';
      readonly rows: number;
    }
  /** A client has vacuumed a table; what that frees is the world's to tell. */
  | { readonly kind: 'vacuumed'; readonly table: string; readonly full: boolean }
  /** A statement was done, as its statistics count it. */
  | { readonly kind: 'counted'; readonly line: StatementStatistics }
  /** It starts anew: sessions are gone, settings that need a restart hold. */
  | {
      readonly kind: 'restart';
      /** Settings of its command line from now on; those of before unless told. */
      readonly commandLine?: Readonly<Record<string, string>>;
    }
  /** All that the world moves by itself: load, statements, sizes, replication, disk. */
  | {
      readonly kind: 'told';
      readonly patch: Partial<
        Pick<
          DatabaseState,
          | 'archiver'
          | 'databases'
          | 'diskFull'
          | 'following'
          | 'position'
          | 'roles'
          | 'standbys'
          | 'statements'
          | 'tableBytes'
        >
      >;
    };

/**
 * The part of the world that the Postgres front shows. The front reads the state for every answer, tells
 * what its clients do as changes, and learns what the world does to them by watching.
 */
export interface DatabaseWorld {
  readonly state: DatabaseState;
  /** Epoch ms of the world's clock, which may run faster than others. */
  now(): number;
  /** Runs `run` after a time of the world's clock. */
  after(delayMs: number, run: () => void): Timer;
  apply(change: DatabaseChange): void;
  /** Told after each change; returns how to stop being told. */
  watch(listener: (change: DatabaseChange) => void): () => void;
}

/** Connections in use against `max_connections`. */
export function connectionsUsed({ sessions }: DatabaseState): number {
  return sessions.filter(({ backendType }) => backendType === 'client backend').length;
}
