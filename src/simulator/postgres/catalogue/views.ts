import { blockersOf } from '../locks.ts';
import { parseSetting } from '../settings.ts';
import type { Relation } from '../sql/scope.ts';
import { SqlError } from '../sql/sql-error.ts';
import type { Value } from '../sql/values.ts';
import type { DatabaseState, Lock, Session } from '../world.ts';
import { type Asked, countsStatements, hasRole, idOf, isSuperuser } from './viewer.ts';

const micros = (ms: number | null): number | null => (ms === null ? null : Math.round(ms * 1000));

/** A relation whose columns are told as `name type, …`, and its rows by the columns' order. */
function table(columns: string, rows: readonly (readonly Value[])[]): Relation {
  const named = columns.split(',').map((column) => {
    const [name = '', type = 'text'] = column.trim().split(' ');
    return { name, type };
  });
  return { columns: named, rows };
}

export const databaseId = ({ databases }: DatabaseState, name: string): number =>
  idOf(
    databases.map((one) => one.name),
    name,
  );

const roleId = ({ roles }: DatabaseState, name: string): number =>
  10 +
  Math.max(
    0,
    roles.findIndex((role) => role.name === name),
  );

const ACTIVITY = `datid oid, datname name, pid int4, leader_pid int4, usesysid oid, usename name,
  application_name text, client_addr inet, client_hostname text, client_port int4,
  backend_start timestamptz, xact_start timestamptz, query_start timestamptz,
  state_change timestamptz, wait_event_type text, wait_event text, state text, backend_xid xid,
  backend_xmin xid, query_id int8, query text, backend_type text`;

function activityRow(state: DatabaseState, session: Session, seen: boolean): readonly Value[] {
  const client = session.backendType === 'client backend';
  const head = [
    client ? databaseId(state, session.database) : null,
    client ? session.database : null,
    session.pid,
    null,
    client ? roleId(state, session.user) : null,
    client ? session.user : null,
    session.application,
  ];
  if (!seen) {
    return [...head, ...Array.from({ length: 13 }, () => null), '<insufficient privilege>', null];
  }
  return [
    ...head,
    ...[session.client, null, session.client === null ? -1 : 40_000 + (session.pid % 20_000)],
    ...[session.backendStart, session.transactionStart, session.queryStart].map(micros),
    micros(session.stateChange),
    ...[session.waitEventType, session.waitEvent, client ? session.state : null],
    ...[null, null, null, session.query, session.backendType],
  ];
}

function activity({ viewer, world: { state } }: Asked): Relation {
  const all = hasRole(state, viewer.user, 'pg_read_all_stats');
  const rows = state.sessions.map((session) =>
    activityRow(state, session, all || hasRole(state, viewer.user, session.user)),
  );
  return table(ACTIVITY, rows);
}

const LOCKS = `locktype text, database oid, relation oid, page int4, tuple int4, virtualxid text,
  transactionid xid, virtualtransaction text, pid int4, mode text, granted bool, fastpath bool,
  waitstart timestamptz, relname text`;

function lockRow(state: DatabaseState, lock: Lock): readonly Value[] {
  const { pid, target } = lock;
  const session = state.sessions.find((one) => one.pid === pid);
  const database = databaseId(state, session?.database ?? '');
  const rows = target.row !== null;
  const holder = rows ? (blockersOf(state, pid)[0] ?? pid) : null;
  return [
    ...[rows ? 'transactionid' : 'relation', database],
    ...[null, null, null, null, holder, `${pid}/1`, pid === 0 ? null : pid],
    ...[lock.mode, lock.granted, false, lock.granted ? null : micros(lock.since), target.table],
  ];
}

const SETTINGS = `name text, setting text, unit text, category text, short_desc text, extra_desc text,
  context text, vartype text, source text, min_val text, max_val text, boot_val text, reset_val text,
  sourcefile text, sourceline int4, pending_restart bool`;

function settings({ viewer, world: { state } }: Asked): Relation {
  const rows = Object.entries(viewer.settings).map(([name, setting]) => {
    const server = state.settings[name] ?? setting;
    const written = state.files.filter((line) => line.name === name).at(-1)?.value;
    const differs = written !== undefined && parseSetting(server, written) !== server.value;
    return [
      ...[name, setting.value, setting.unit, 'Simulated', '', null, setting.context, setting.type],
      ...[setting.source, null, null, setting.boot, server.value],
      ...[written === undefined ? null : FILE, null, setting.context === 'postmaster' && differs],
    ];
  });
  return table(SETTINGS, rows);
}

const NOTHING_ARCHIVED = { archived: 0, failed: 0, lastArchivedAt: null, lastFailedAt: null };

const FILE = '/var/lib/postgresql/data/postgresql.conf';
const FILE_SETTINGS = `sourcefile text, sourceline int4, seqno int4, name text, setting text,
  applied bool, error text`;

function fileSettings({ viewer, world: { state } }: Asked): Relation {
  if (!isSuperuser(state, viewer.user)) {
    throw new SqlError('42501', 'permission denied for view pg_file_settings');
  }
  const rows = state.files.map(({ name, value }, place) => {
    const setting = state.settings[name];
    const unknown = setting === undefined;
    const late =
      setting?.context === 'postmaster' && parseSetting(setting, value) !== setting.value;
    const error = unknown
      ? 'unrecognized configuration parameter'
      : late
        ? 'setting could not be applied'
        : null;
    return [FILE, place + 1, place + 1, name, value, !unknown && !late, error];
  });
  return table(FILE_SETTINGS, rows);
}

const REPLICATION = `pid int4, usesysid oid, usename name, application_name text, client_addr inet,
  state text, sent_lsn pg_lsn, write_lsn pg_lsn, flush_lsn pg_lsn, replay_lsn pg_lsn,
  write_lag interval, flush_lag interval, replay_lag interval, sync_priority int4, sync_state text`;

function replication({ viewer, world }: Asked): Relation {
  const { state } = world;
  const seen = hasRole(state, viewer.user, 'pg_read_all_stats');
  const rows = state.standbys.map((one) => {
    const head = [one.pid, 10, 'replicator', one.application];
    if (!seen) return [...head, ...Array.from({ length: 11 }, () => null)];
    const { client, flushed, replayed } = one;
    const lag = one.behindSince === null ? null : micros(world.now() - one.behindSince);
    return [
      ...[...head, client, one.state, state.position, flushed, flushed, replayed],
      ...[null, null, lag, 0, one.sync],
    ];
  });
  return table(REPLICATION, rows);
}

const RECEIVER = `pid int4, status text, received_tli int4, latest_end_lsn pg_lsn,
  latest_end_time timestamptz, slot_name text, sender_host text, sender_port int4, conninfo text`;

function receiver({ viewer, world: { state } }: Asked): Relation {
  const { following } = state;
  if (following === null || following.status === null) return table(RECEIVER, []);
  const seen = hasRole(state, viewer.user, 'pg_read_all_stats');
  const { latest, senderHost, senderPort, slot, status } = following;
  const row = seen
    ? [50, status, 1, latest, null, slot, senderHost, senderPort, '']
    : [50, ...Array.from({ length: 8 }, () => null)];
  return table(RECEIVER, [row]);
}

function roles({ world: { state } }: Asked): Relation {
  const rows = state.roles.map(({ login, name, superuser }) => [
    ...[name, superuser, true, superuser, superuser, login, superuser, -1, '********', null, false],
    roleId(state, name),
  ]);
  return table(
    `rolname name, rolsuper bool, rolinherit bool, rolcreaterole bool, rolcreatedb bool,
     rolcanlogin bool, rolreplication bool, rolconnlimit int4, rolpassword text,
     rolvaliduntil timestamptz, rolbypassrls bool, oid oid`,
    rows,
  );
}

function databases({ world: { state } }: Asked): Relation {
  const rows = state.databases.map(({ name }) => [
    databaseId(state, name),
    name,
    10,
    6,
    false,
    true,
    -1,
  ]);
  const templates = ['template0', 'template1'].map((name, place) => [
    ...[place + 4, name, 10, 6, true, name === 'template1', -1],
  ]);
  return table(
    `oid oid, datname name, datdba oid, encoding int4, datistemplate bool, datallowconn bool,
     datconnlimit int4`,
    [...rows, ...templates],
  );
}

const STATEMENTS = `userid oid, dbid oid, toplevel bool, queryid int8, query text, calls int8,
  total_exec_time float8, min_exec_time float8, max_exec_time float8, mean_exec_time float8,
  rows int8`;

/** `pg_stat_statements(showtext)`. */
export function statements({ viewer, world: { state } }: Asked, texts: boolean): Relation {
  if (!countsStatements(state)) {
    const words = 'pg_stat_statements must be loaded via "shared_preload_libraries"';
    throw new SqlError('55000', words);
  }
  const all = hasRole(state, viewer.user, 'pg_read_all_stats');
  const rows = (state.statements?.lines ?? []).map((line) => {
    const seen = all || hasRole(state, viewer.user, line.user);
    const mean = line.totalMs / Math.max(1, line.calls);
    return [
      ...[roleId(state, line.user), databaseId(state, viewer.database), true],
      ...[seen ? line.id : null, texts ? (seen ? line.query : '<insufficient privilege>') : null],
      ...[line.calls, line.totalMs, mean, mean, mean, line.rows],
    ];
  });
  return table(STATEMENTS, rows);
}

const NAMESPACES = ['pg_catalog', 'public', 'information_schema'];

function extensions({ world: { state } }: Asked): Relation {
  const own = state.statements === null ? [] : [state.statements.schema];
  const schemas = [...NAMESPACES, ...own.filter((name) => !NAMESPACES.includes(name))];
  const rows = own.map((schema) => ['pg_stat_statements', '1.10', schemas.indexOf(schema) + 1]);
  return table('extname name, extversion text, extnamespace oid', [
    ['plpgsql', '1.0', schemas.indexOf('pg_catalog') + 1],
    ...rows,
  ]);
}

function availableExtensions({ world: { state } }: Asked): Relation {
  const here = state.statements === null ? null : '1.10';
  return table('name name, default_version text, installed_version text, comment text', [
    ['plpgsql', '1.0', '1.0', 'PL/pgSQL procedural language'],
    ['pg_stat_statements', '1.10', here, 'track statistics of all SQL statements executed'],
  ]);
}

function namespaces({ world: { state } }: Asked): Relation {
  const own = state.statements?.schema;
  const names = own === undefined || NAMESPACES.includes(own) ? NAMESPACES : [...NAMESPACES, own];
  return table(
    'oid oid, nspname name',
    names.map((name, place) => [place + 1, name]),
  );
}

function ssl({ world: { state } }: Asked): Relation {
  const rows = state.sessions.map(({ encrypted, pid }) => [
    ...[pid, encrypted, encrypted ? 'TLSv1.3' : null],
    encrypted ? 'TLS_AES_256_GCM_SHA384' : null,
  ]);
  return table('pid int4, ssl bool, version text, cipher text', rows);
}

function archiver({ world: { state } }: Asked): Relation {
  const { archived, failed, lastArchivedAt, lastFailedAt } = state.archiver ?? NOTHING_ARCHIVED;
  const row = [archived, micros(lastArchivedAt), failed, micros(lastFailedAt)];
  return table(
    `archived_count int8, last_archived_time timestamptz, failed_count int8,
     last_failed_time timestamptz`,
    [row],
  );
}

function perDatabase({ world: { state } }: Asked): Relation {
  const rows = state.databases.map(({ name }) => {
    const here = state.sessions.filter(({ database }) => database === name).length;
    return [databaseId(state, name), name, here];
  });
  return table('datid oid, datname name, numbackends int4', rows);
}

/** The relations that the world answers, by their names in `pg_catalog`. */
export const VIEWS: Readonly<Record<string, (asked: Asked) => Relation>> = {
  pg_stat_activity: activity,
  pg_locks: ({ world: { state } }) =>
    table(
      LOCKS,
      state.locks.map((lock) => lockRow(state, lock)),
    ),
  pg_settings: settings,
  pg_file_settings: fileSettings,
  pg_stat_replication: replication,
  pg_stat_wal_receiver: receiver,
  pg_roles: roles,
  pg_database: databases,
  pg_stat_database: perDatabase,
  pg_stat_ssl: ssl,
  pg_stat_archiver: archiver,
  pg_extension: extensions,
  pg_namespace: namespaces,
  pg_available_extensions: availableExtensions,
  pg_prepared_xacts: () =>
    table('transaction xid, gid text, prepared timestamptz, owner name, database name', []),
};
