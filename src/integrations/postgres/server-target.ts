import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { FrozenTarget, TargetKind } from '../../domain/target.ts';
import type { PostgresClient } from './client.ts';
import type { KnownPostgres } from './role.ts';

const SERVER = `SELECT current_database(), pg_postmaster_start_time()::text,
  pg_is_in_recovery()::text`;

/** The running server a change is about. */
export interface RunningServer {
  readonly database: string;
  /** The server's own text of when it started. */
  readonly startedAt: string;
  readonly standby: boolean;
}

export async function runningServer(
  client: PostgresClient,
  signal: AbortSignal,
): Promise<RunningServer> {
  const { rows } = await client.ask(SERVER, [], signal);
  const [database = '', startedAt = '', standby] = rows[0] ?? [];
  return {
    database: sanitizeLine(database ?? ''),
    startedAt: startedAt ?? '',
    standby: standby === 'true',
  };
}

/** @throws OperatorError for a standby, which takes no changes */
export function refuseStandby({ standby }: RunningServer, client: PostgresClient): void {
  if (!standby) return;
  const message = `PostgreSQL at ${client.where} is a standby: it takes no changes`;
  throw new OperatorError('failed', message, 'do it on the primary');
}

/** Something of a server as it is confirmed; a server that was started again is another. */
export function serverTarget(
  kind: TargetKind,
  name: string,
  { source }: KnownPostgres,
  { database, startedAt }: RunningServer,
  identity: Readonly<Record<string, string>> = {},
): FrozenTarget {
  return {
    kind,
    name,
    shortId: `since ${startedAt.slice(0, 19)}`,
    detail: `database ${database} of ${source}`,
    identity: { database, startedAt, ...identity },
  };
}

/** @throws OperatorError when the target is not what was confirmed */
export function checkTarget(targets: readonly FrozenTarget[], now: FrozenTarget): void {
  for (const { identity, name } of targets) {
    const same =
      name === now.name &&
      Object.entries(identity).every(([field, value]) => now.identity[field] === value);
    if (same) continue;
    const message = `${name} was left as it is: it is not what the dialog showed any more`;
    throw new OperatorError('failed', message, 'look at it again, then decide anew');
  }
}
