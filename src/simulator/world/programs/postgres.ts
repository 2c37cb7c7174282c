import type { Container } from '../container.ts';
import type { Dice } from '../random.ts';
import { around } from '../random.ts';

/**
 * A database server as the programs of this world meet it. What it tells of itself over its own protocol
 * comes from the front that serves it.
 */
export interface PostgresProcess {
  readonly kind: 'postgres';
  readonly startedAt: number;
  readonly readyAt: number;
  readonly maxConnections: number;
  /** Sessions of others than the programs of this world. */
  foreignSessions: number;
  /** Something holds the request logs: an insert waits for it. */
  locked: boolean;
  /** What an insert takes, ms. */
  insertMs: number;
  /** No room to write. */
  full: boolean;
  rows: number;
}

/** A server that has just been started. */
export function startedPostgres(at: number, readyAt: number, rows: number): PostgresProcess {
  return {
    kind: 'postgres',
    startedAt: at,
    readyAt,
    maxConnections: 100,
    foreignSessions: 2,
    locked: false,
    insertMs: 2,
    full: false,
    rows,
  };
}

/** How an insert ended: `tookMs` later, with an error in the words of its client. */
export type Inserted =
  | { readonly ok: true; readonly tookMs: number }
  | {
      readonly ok: false;
      readonly tookMs: number;
      readonly type: string;
      readonly message: string;
      readonly retryable: boolean;
    };

/** How long a program waits for an answer. */
const PATIENCE_MS = 2000;

/** Writes one row. @param sessions of the programs of this world */
export function insertRow(
  postgres: PostgresProcess,
  { state }: Pick<Container, 'state'>,
  { now, sessions, dice }: { now: number; sessions: number; dice: Dice },
): Inserted {
  const late = { ok: false, tookMs: PATIENCE_MS, type: 'TimeoutError', retryable: true } as const;
  if (state === 'paused') return { ...late, message: 'timeout expired' };
  if (now < postgres.readyAt) {
    const message = 'the database system is starting up';
    return { ok: false, tookMs: 2, type: 'CannotConnectNowError', message, retryable: false };
  }
  if (postgres.foreignSessions + sessions > postgres.maxConnections - 3) {
    const message = 'sorry, too many clients already';
    return { ok: false, tookMs: 3, type: 'TooManyConnectionsError', message, retryable: false };
  }
  if (postgres.locked) return { ...late, message: 'Query read timeout' };
  if (postgres.full) {
    const message = 'could not extend file "base/16384/16397": No space left on device';
    return { ok: false, tookMs: 4, type: 'DiskFullError', message, retryable: false };
  }
  const tookMs = around(dice, postgres.insertMs);
  if (tookMs > PATIENCE_MS) return { ...late, message: 'Query read timeout' };
  postgres.rows += 1;
  return { ok: true, tookMs };
}
