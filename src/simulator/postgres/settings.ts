/** When a setting takes a new value: with a restart, a reload, or in a session. */
type SettingContext =
  | 'internal'
  | 'postmaster'
  | 'sighup'
  | 'superuser-backend'
  | 'superuser'
  | 'user';

export interface Setting {
  /** In its unit, as the server holds it. */
  readonly value: string;
  readonly unit: string | null;
  readonly context: SettingContext;
  readonly type: 'bool' | 'integer' | 'real' | 'string' | 'enum';
  /** What it is without any file. */
  readonly boot: string;
  readonly source: 'default' | 'configuration file' | 'command line';
}

type Row = readonly [
  name: string,
  value: string,
  unit: string | null,
  context: SettingContext,
  type: Setting['type'],
];

/** Those that the console, its users and the client libraries ask for; as PostgreSQL 15 has them. */
const KNOWN: readonly Row[] = [
  ['application_name', '', null, 'user', 'string'],
  ['archive_mode', 'off', null, 'postmaster', 'enum'],
  ['autovacuum', 'on', null, 'sighup', 'bool'],
  ['block_size', '8192', null, 'internal', 'integer'],
  ['bytea_output', 'hex', null, 'user', 'enum'],
  ['client_connection_check_interval', '0', 'ms', 'user', 'integer'],
  ['client_encoding', 'UTF8', null, 'user', 'string'],
  ['client_min_messages', 'notice', null, 'user', 'enum'],
  ['DateStyle', 'ISO, MDY', null, 'user', 'string'],
  ['default_transaction_isolation', 'read committed', null, 'user', 'enum'],
  ['default_transaction_read_only', 'off', null, 'user', 'bool'],
  ['effective_cache_size', '524288', '8kB', 'user', 'integer'],
  ['extra_float_digits', '1', null, 'user', 'integer'],
  ['hot_standby', 'on', null, 'postmaster', 'bool'],
  ['idle_in_transaction_session_timeout', '0', 'ms', 'user', 'integer'],
  ['idle_session_timeout', '0', 'ms', 'user', 'integer'],
  ['in_hot_standby', 'off', null, 'internal', 'bool'],
  ['integer_datetimes', 'on', null, 'internal', 'bool'],
  ['intervalstyle', 'postgres', null, 'user', 'enum'],
  ['jit', 'on', null, 'user', 'bool'],
  ['listen_addresses', 'localhost', null, 'postmaster', 'string'],
  ['lock_timeout', '0', 'ms', 'user', 'integer'],
  ['log_min_duration_statement', '-1', 'ms', 'superuser', 'integer'],
  ['log_min_messages', 'warning', null, 'superuser', 'enum'],
  ['maintenance_work_mem', '65536', 'kB', 'user', 'integer'],
  ['max_connections', '100', null, 'postmaster', 'integer'],
  ['max_parallel_workers_per_gather', '2', null, 'user', 'integer'],
  ['max_prepared_transactions', '0', null, 'postmaster', 'integer'],
  ['max_replication_slots', '10', null, 'postmaster', 'integer'],
  ['max_wal_senders', '10', null, 'postmaster', 'integer'],
  ['max_wal_size', '1024', 'MB', 'sighup', 'integer'],
  ['max_worker_processes', '8', null, 'postmaster', 'integer'],
  ['password_encryption', 'scram-sha-256', null, 'user', 'enum'],
  ['pg_stat_statements.track', 'top', null, 'superuser', 'enum'],
  ['port', '5432', null, 'postmaster', 'integer'],
  ['row_security', 'on', null, 'user', 'bool'],
  ['search_path', '"$user", public', null, 'user', 'string'],
  ['server_encoding', 'UTF8', null, 'internal', 'string'],
  ['shared_buffers', '16384', '8kB', 'postmaster', 'integer'],
  ['shared_preload_libraries', '', null, 'postmaster', 'string'],
  ['ssl', 'off', null, 'sighup', 'bool'],
  ['ssl_cert_file', '', null, 'sighup', 'string'],
  ['ssl_key_file', '', null, 'sighup', 'string'],
  ['standard_conforming_strings', 'on', null, 'user', 'bool'],
  ['statement_timeout', '0', 'ms', 'user', 'integer'],
  ['superuser_reserved_connections', '3', null, 'postmaster', 'integer'],
  ['synchronous_commit', 'on', null, 'user', 'enum'],
  ['temp_tablespaces', '', null, 'user', 'string'],
  ['TimeZone', 'UTC', null, 'user', 'string'],
  ['track_activities', 'on', null, 'superuser', 'bool'],
  ['transaction_isolation', 'read committed', null, 'user', 'enum'],
  ['transaction_read_only', 'off', null, 'user', 'bool'],
  ['wal_level', 'replica', null, 'postmaster', 'enum'],
  ['work_mem', '4096', 'kB', 'user', 'integer'],
];

/** Settings of a server of a version that nobody has configured. */
export function defaultSettings(version: string, versionNumber: number): Record<string, Setting> {
  const own: readonly Row[] = [
    ['server_version', version, null, 'internal', 'string'],
    ['server_version_num', String(versionNumber), null, 'internal', 'integer'],
  ];
  return Object.fromEntries(
    [...KNOWN, ...own].map(([name, value, unit, context, type]) => [
      name,
      { value, unit, context, type, boot: value, source: 'default' },
    ]),
  );
}

/** The setting of a name in any case, with the name as the server writes it. */
export function findSetting(
  settings: Readonly<Record<string, Setting>>,
  name: string,
): readonly [string, Setting] | null {
  const exact = settings[name];
  if (exact !== undefined) return [name, exact];
  const lower = name.toLowerCase();
  return Object.entries(settings).find(([one]) => one.toLowerCase() === lower) ?? null;
}

/** Settings with those that a command line gives, which no file changes. */
export function withCommandLine(
  settings: Readonly<Record<string, Setting>>,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, Setting>> {
  const made: Record<string, Setting> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const freed = setting.source === 'command line';
    made[name] = freed ? { ...setting, value: setting.boot, source: 'default' } : setting;
  }
  for (const [wanted, written] of Object.entries(given)) {
    const [name, setting] = findSetting(made, wanted) ?? [];
    if (name === undefined || setting === undefined) continue;
    const value = parseSetting(setting, written) ?? written;
    made[name] = { ...setting, value, source: 'command line' };
  }
  return made;
}

const MS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
};
const BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1024,
  '8kB': 8192,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
};
const TRUE = /^(?:on|true|yes|1|t|y)$/i;
const FALSE = /^(?:off|false|no|0|f|n)$/i;

/**
 * What somebody wrote for a setting, in the setting's unit: `500ms` of one in ms is `500`.
 * @returns null when it is no value of it
 */
export function parseSetting({ type, unit }: Setting, written: string): string | null {
  const text = written.trim();
  if (type === 'bool') return TRUE.test(text) ? 'on' : FALSE.test(text) ? 'off' : null;
  if (type !== 'integer' && type !== 'real') return written;
  const match = /^(-?\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text);
  if (match === null) return null;
  const [, digits = '', suffix = ''] = match;
  if (suffix === '') return digits;
  const family = unit !== null && unit in MS ? MS : BYTES;
  const [from, to] = [family[suffix], family[unit ?? '']];
  return from === undefined || to === undefined
    ? null
    : String(Math.round((Number(digits) * from) / to));
}

function scaled(value: number, units: Readonly<Record<string, number>>, from: string): string {
  const base = value * (units[from] ?? 1);
  const fitting = Object.entries(units)
    .filter(([name, size]) => name !== '8kB' && base % size === 0)
    .at(-1);
  return fitting === undefined ? `${value}${from}` : `${base / fitting[1]}${fitting[0]}`;
}

/** As `SHOW` writes it: `400ms`, `4MB`. */
export function showSetting({ unit }: Pick<Setting, 'unit'>, value: string): string {
  const number = Number(value);
  if (unit === null || !Number.isFinite(number) || number <= 0) return value;
  return scaled(number, unit in MS ? MS : BYTES, unit);
}
