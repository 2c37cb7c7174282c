import type { Setting } from '../settings.ts';
import type { DatabaseState, DatabaseWorld, Role } from '../world.ts';

/** Who asks: one connection at one moment. */
export interface Viewer {
  readonly pid: number;
  readonly user: string;
  readonly database: string;
  /** Epoch ms of the transaction's start, which is what `now()` tells. */
  readonly transactionStart: number;
  /** The settings as they hold in this session, by the server's names. */
  readonly settings: Readonly<Record<string, Setting>>;
  /** Sets one for the session, or for the transaction. @throws SqlError when it is no value of it */
  set(name: string, value: string, local: boolean): void;
}

export interface Asked {
  readonly world: DatabaseWorld;
  readonly viewer: Viewer;
}

/** Roles whose rights others have: PostgreSQL's own. */
const WITHIN: Readonly<Record<string, readonly string[]>> = {
  pg_monitor: ['pg_read_all_settings', 'pg_read_all_stats', 'pg_stat_scan_tables'],
};

export const roleOf = ({ roles }: DatabaseState, name: string): Role | null =>
  roles.find((role) => role.name === name) ?? null;

/** True when a user has the rights of a role. */
export function hasRole(state: DatabaseState, user: string, role: string): boolean {
  if (user === role) return true;
  const known = roleOf(state, user);
  if (known?.superuser === true) return true;
  const own = known?.memberOf ?? WITHIN[user] ?? [];
  return own.some((one) => hasRole(state, one, role));
}

export const isSuperuser = (state: DatabaseState, user: string): boolean =>
  roleOf(state, user)?.superuser === true;

/** True while the server counts its statements, whether or not somebody may look. */
export const countsStatements = ({ settings }: DatabaseState): boolean =>
  settings['shared_preload_libraries']?.value.includes('pg_stat_statements') === true;

/** The object id that stands for a name: the same as long as the server has it. */
export function idOf(names: readonly string[], name: string): number {
  const FIRST = 16_384;
  return FIRST + Math.max(0, names.indexOf(name));
}
