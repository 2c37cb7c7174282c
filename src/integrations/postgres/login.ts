import type { PostgresOptions } from './client.ts';
import { connectPostgres, type PostgresAddress, type PostgresClient } from './client.ts';
import { passwordFor } from './password-file.ts';

/** How to log in to a server; its address is asked for at each connection. */
export interface PostgresLogin
  extends Pick<PostgresOptions, 'database' | 'user' | 'tls' | 'ca' | 'timeoutMs' | 'session'> {
  readonly address: () => Promise<PostgresAddress>;
  readonly password?: string;
  /** Where a password is looked up when none is given, e.g. `~/.pgpass`; read at each connection. */
  readonly passwordFile?: string;
  readonly onNotice?: (line: string) => void;
}

/** Prepares a connection to where the server is now; it is opened by the first query. */
export async function openPostgres(
  login: PostgresLogin,
  signal: AbortSignal,
): Promise<PostgresClient> {
  const { ca, database, onNotice, passwordFile, session, timeoutMs, tls, user } = login;
  const address = await login.address();
  const password =
    login.password ??
    (passwordFile === undefined ? null : await passwordFor(passwordFile, address, database, user));
  signal.throwIfAborted();
  return connectPostgres({
    address,
    database,
    user,
    timeoutMs,
    ...(password === null ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
    ...(ca === undefined ? {} : { ca }),
    ...(session === undefined ? {} : { session }),
    ...(onNotice === undefined ? {} : { onNotice }),
  });
}
