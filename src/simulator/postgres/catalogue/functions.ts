import { blockersOf } from '../locks.ts';
import { findSetting, showSetting } from '../settings.ts';
import type { Compiled, Env } from '../sql/scope.ts';
import { SqlError } from '../sql/sql-error.ts';
import { castValue, type Value } from '../sql/values.ts';
import type { DatabaseState, Session } from '../world.ts';
import { type Asked, hasRole, isSuperuser, roleOf } from './viewer.ts';
import { databaseId } from './views.ts';

type Of = (asked: Asked, ...values: Value[]) => Value;

interface ServerFunction {
  readonly type: string;
  readonly of: Of;
  /** Asked even when an argument is null. */
  readonly anyway?: boolean;
}

const micros = (ms: number | null): Value => (ms === null ? null : Math.round(ms * 1000));

const fn = (type: string, of: Of): ServerFunction => ({ type, of });

function settingOf({ viewer }: Asked, name: Value, lenient: Value = false): Value {
  const found = findSetting(viewer.settings, String(name));
  if (found !== null) return showSetting(found[1], found[1].value);
  if (lenient === true) return null;
  throw new SqlError('42704', `unrecognized configuration parameter "${String(name)}"`);
}

function signalled(
  asked: Asked,
  pid: Value,
  verb: 'cancel query of' | 'terminate',
): Session | null {
  const { viewer, world } = asked;
  const target = world.state.sessions.find((one) => one.pid === Number(pid));
  if (target === undefined) return null;
  const { state } = world;
  const what = verb === 'terminate' ? 'terminate' : 'cancel';
  if (isSuperuser(state, target.user) && !isSuperuser(state, viewer.user)) {
    const process = verb === 'terminate' ? 'terminate superuser process' : 'cancel superuser query';
    throw new SqlError('42501', `must be a superuser to ${process}`);
  }
  if (
    !hasRole(state, viewer.user, target.user) &&
    !hasRole(state, viewer.user, 'pg_signal_backend')
  ) {
    const whose = verb === 'terminate' ? 'process is being terminated' : 'query is being canceled';
    const message = `must be a member of the role whose ${whose} or member of pg_signal_backend`;
    throw new SqlError('42501', message);
  }
  world.apply({ kind: what, pid: target.pid });
  return target;
}

function mustBeSuperuser({ viewer, world: { state } }: Asked, name: string): void {
  if (isSuperuser(state, viewer.user)) return;
  throw new SqlError('42501', `permission denied for function ${name}`);
}

function onStandby(state: DatabaseState): NonNullable<DatabaseState['following']> {
  if (state.following !== null) return state.following;
  throw new SqlError('55000', 'recovery is not in progress');
}

function replay(asked: Asked, paused: boolean): Value {
  const { world } = asked;
  const following = onStandby(world.state);
  world.apply({ kind: 'told', patch: { following: { ...following, paused } } });
  return '';
}

function databaseSize({ world: { state } }: Asked, which: Value): Value {
  const found = state.databases.find(
    ({ name }) => name === which || databaseId(state, name) === Number(which),
  );
  if (found !== undefined) return found.bytes;
  if (typeof which === 'number') return null;
  throw new SqlError('3D000', `database "${String(which)}" does not exist`);
}

function memberOf({ viewer, world: { state } }: Asked, ...values: readonly Value[]): Value {
  const [user, role] = values.length > 2 ? values : [viewer.user, values[0]];
  const known = /^pg_/.test(String(role)) || roleOf(state, String(role)) !== null;
  if (!known) throw new SqlError('42704', `role "${String(role)}" does not exist`);
  return hasRole(state, String(user), String(role));
}

const FUNCTIONS: Readonly<Record<string, ServerFunction>> = {
  pg_backend_pid: fn('int4', ({ viewer }) => viewer.pid),
  current_database: fn('name', ({ viewer }) => viewer.database),
  current_user: fn('name', ({ viewer }) => viewer.user),
  session_user: fn('name', ({ viewer }) => viewer.user),
  current_schema: fn('name', () => 'public'),
  version: fn(
    'text',
    ({ world: { state } }) =>
      `PostgreSQL ${state.version} on x86_64-pc-linux-gnu, compiled by gcc, 64-bit`,
  ),
  now: fn('timestamptz', ({ viewer }) => micros(viewer.transactionStart)),
  transaction_timestamp: fn('timestamptz', ({ viewer }) => micros(viewer.transactionStart)),
  statement_timestamp: fn('timestamptz', ({ world }) => micros(world.now())),
  clock_timestamp: fn('timestamptz', ({ world }) => micros(world.now())),
  localtimestamp: fn('timestamp', ({ viewer }) => micros(viewer.transactionStart)),
  current_date: fn('date', ({ viewer }) =>
    castValue(micros(viewer.transactionStart), 'timestamptz', 'date'),
  ),
  current_setting: fn('text', settingOf),
  set_config: fn('text', (asked, name, value, local) => {
    asked.viewer.set(String(name), String(value), local === true);
    return value ?? null;
  }),
  pg_postmaster_start_time: fn('timestamptz', ({ world: { state } }) => micros(state.startedAt)),
  pg_conf_load_time: fn('timestamptz', ({ world: { state } }) => micros(state.loadedAt)),
  pg_is_in_recovery: fn('bool', ({ world: { state } }) => state.following !== null),
  pg_blocking_pids: fn('int4[]', ({ world: { state } }, pid) => blockersOf(state, Number(pid))),
  pg_database_size: fn('int8', databaseSize),
  pg_has_role: fn('bool', memberOf),
  has_database_privilege: fn('bool', () => true),
  pg_cancel_backend: fn(
    'bool',
    (asked, pid) => signalled(asked, pid ?? null, 'cancel query of') !== null,
  ),
  pg_terminate_backend: fn(
    'bool',
    (asked, pid) => signalled(asked, pid ?? null, 'terminate') !== null,
  ),
  pg_reload_conf: fn('bool', (asked) => {
    mustBeSuperuser(asked, 'pg_reload_conf');
    asked.world.apply({ kind: 'reload' });
    return true;
  }),
  pg_current_wal_lsn: fn('pg_lsn', ({ world: { state } }) => {
    if (state.following === null) return state.position;
    throw new SqlError('55000', 'recovery is in progress');
  }),
  pg_last_wal_receive_lsn: fn(
    'pg_lsn',
    ({ world: { state } }) => state.following?.received ?? null,
  ),
  pg_last_wal_replay_lsn: fn('pg_lsn', ({ world: { state } }) => state.following?.replayed ?? null),
  pg_last_xact_replay_timestamp: fn('timestamptz', ({ world: { state } }) =>
    micros(state.following?.lastReplayedAt ?? null),
  ),
  pg_is_wal_replay_paused: fn('bool', ({ world: { state } }) => onStandby(state).paused),
  pg_promote: fn('bool', (asked) => {
    mustBeSuperuser(asked, 'pg_promote');
    const { received } = onStandby(asked.world.state);
    asked.world.apply({ kind: 'told', patch: { following: null, position: received } });
    return true;
  }),
  pg_wal_replay_pause: fn('void', (asked) => replay(asked, true)),
  pg_wal_replay_resume: fn('void', (asked) => replay(asked, false)),
  pg_stat_statements_reset: fn('void', ({ world }) => {
    const { statements } = world.state;
    if (statements !== null) {
      world.apply({ kind: 'told', patch: { statements: { ...statements, lines: [] } } });
    }
    return '';
  }),
  // The front has slept already.
  pg_sleep: fn('void', () => ''),
};

const ofTheServer = (name: string): boolean => Object.hasOwn(FUNCTIONS, name);

/** A function that the world answers; null for one it has not. */
export function serverFunction(
  asked: Asked,
  name: string,
  args: readonly Compiled[],
): Compiled | null {
  const known = ofTheServer(name) ? FUNCTIONS[name] : undefined;
  if (known === undefined) return null;
  const run = (env: Env): Value => {
    const values = args.map((one) => one.run(env));
    return values.includes(null) ? null : known.of(asked, ...values);
  };
  return { type: known.type, run };
}
