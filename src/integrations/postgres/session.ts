/** How a session is set up where it is not the usual one that only reads statistics. */
export interface SessionOptions {
  /** True for one that changes something. */
  readonly writes: boolean;
  /** What names without a schema mean: the catalogue only, or what the database's own users see. */
  readonly names: 'catalogue' | 'users';
  /** After which the server gives up on a statement. */
  readonly statementTimeoutMs: number;
  /** After which the server gives up waiting for a lock. */
  readonly lockTimeoutMs: number;
}

/** Statistics views wait for no lock; a catalogue that is being rewritten would make them. */
const LOCK_TIMEOUT_MS = 250;
/** The server gives up before this side does, so that nothing runs on for nobody. */
const SERVER_SHARE = 0.8;

/**
 * What holds for the session from its first moment on, as libpq's `options` say it.
 * @param timeoutMs the limit this side keeps
 */
export function startupSettings(timeoutMs: number, session?: SessionOptions): string {
  const settings: Readonly<Record<string, string | number>> = {
    statement_timeout: session?.statementTimeoutMs ?? Math.floor(timeoutMs * SERVER_SHARE),
    lock_timeout: session?.lockTimeoutMs ?? LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: timeoutMs,
    default_transaction_read_only: session?.writes === true ? 'off' : 'on',
    ...(session?.names === 'users' ? {} : { search_path: 'pg_catalog' }),
    // A statement that passes over what it may not touch says so in a warning only.
    client_min_messages: session?.writes === true ? 'warning' : 'error',
    max_parallel_workers_per_gather: 0,
    jit: 'off',
    TimeZone: 'UTC',
    DateStyle: 'ISO',
  };
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}
