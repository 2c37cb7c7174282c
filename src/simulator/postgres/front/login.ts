import { randomInt } from 'node:crypto';
import { SessionSettings } from '../backend/session-settings.ts';
import { roleOf } from '../catalogue/viewer.ts';
import { showSetting } from '../settings.ts';
import { SqlError } from '../sql/sql-error.ts';
import { optionSettings } from '../wire/incoming.ts';
import { backendKey, parameterStatus } from '../wire/messages.ts';
import { connectionsUsed, type DatabaseState, type DatabaseWorld } from '../world.ts';

const fatal = (code: string, words: string) => new SqlError(code, words, 'FATAL');

/** Settings that a server tells its clients of, at the start and when they change. */
const REPORTED = [
  'server_version',
  'server_encoding',
  'client_encoding',
  'application_name',
  'DateStyle',
  'TimeZone',
  'integer_datetimes',
  'standard_conforming_strings',
  'in_hot_standby',
  'default_transaction_read_only',
] as const;

/** Why the server lets nobody in now; null when it does. */
export function closedFor({ presence }: DatabaseState): SqlError | null {
  const words: Readonly<Record<string, string>> = {
    starting: 'the database system is starting up',
    stopping: 'the database system is shutting down',
    recovering: 'the database system is in recovery mode',
  };
  const why = words[presence];
  return why === undefined ? null : fatal('57P03', why);
}

export interface Wanted {
  readonly user: string;
  readonly database: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** @throws SqlError when the message names nobody */
export function wantedBy(parameters: ReadonlyMap<string, string>): Wanted {
  const user = parameters.get('user') ?? '';
  if (user === '') throw fatal('28000', 'no PostgreSQL user name specified in startup packet');
  return { user, database: parameters.get('database') || user, parameters };
}

/** @throws SqlError when there is no place, no such user or no such database */
export function admit({ state }: DatabaseWorld, { database, user }: Wanted): void {
  const role = roleOf(state, user);
  if (role === null) throw fatal('28000', `role "${user}" does not exist`);
  if (!role.login) throw fatal('28000', `role "${user}" is not permitted to log in`);
  if (!state.databases.some(({ name }) => name === database)) {
    throw fatal('3D000', `database "${database}" does not exist`);
  }
  const most = Number(state.settings['max_connections']?.value ?? 0);
  const reserved = Number(state.settings['superuser_reserved_connections']?.value ?? 0);
  const used = connectionsUsed(state);
  if (used >= most) throw fatal('53300', 'sorry, too many clients already');
  if (!role.superuser && used >= most - reserved) {
    const words =
      'remaining connection slots are reserved for non-replication superuser connections';
    throw fatal('53300', words);
  }
}

const NO_SETTINGS = new Set(['user', 'database', 'options', 'replication']);

/** The settings a client asks for as it connects. @throws SqlError for what is none */
export function settingsOf(world: DatabaseWorld, { parameters, user }: Wanted): SessionSettings {
  const settings = new SessionSettings(world, user);
  const given = [...parameters].filter(([name]) => !NO_SETTINGS.has(name));
  for (const [name, value] of [...optionSettings(parameters.get('options') ?? ''), ...given]) {
    try {
      settings.set(name, value, false);
    } catch (thrown) {
      throw thrown instanceof SqlError ? fatal(thrown.code, thrown.message) : thrown;
    }
  }
  return settings;
}

/** A session of the world for a client. */
export function newSession(
  world: DatabaseWorld,
  { database, user }: Wanted,
  settings: SessionSettings,
  from: { readonly client: string | null; readonly encrypted: boolean },
): { readonly pid: number; readonly secret: number } {
  const pid = world.state.nextPid;
  const application = settings.get('application_name');
  const session = { pid, user, database, application, connected: true, ...from };
  world.apply({ kind: 'connect', session });
  return { pid, secret: randomInt(2 ** 31) };
}

/** What a server says to a client it has let in, before it is ready. */
export function greeting(
  { state }: DatabaseWorld,
  settings: SessionSettings,
  key: { readonly pid: number; readonly secret: number },
): readonly Buffer[] {
  const all = settings.all();
  const told = REPORTED.flatMap((name) => {
    const setting = all[name];
    const standby = name === 'in_hot_standby' && state.following !== null;
    if (setting === undefined) return [];
    return [parameterStatus(name, standby ? 'on' : showSetting(setting, setting.value))];
  });
  return [...told, backendKey(key.pid, key.secret)];
}
