/** Sessions that are listed; all are counted. */
export const SESSIONS_MAX = 500;
/** Queries are cut to this many bytes. */
export const QUERY_BYTES_MAX = 4096;
/** Waiting sessions whose blockers are asked for: each asking stops the lock manager for a moment. */
export const WAITING_MAX = 100;
const WAITS_MAX = 10;
const LINKS_MAX = 50;
const SIZES_MAX = 50;
const STATEMENTS_MAX = 20;

const epochMs = (time: string) => `floor(extract(epoch FROM ${time}) * 1000)`;

/** Without `pg_monitor` the type of others' sessions is hidden; background processes have no database. */
const CLIENT = `(backend_type = 'client backend'
  OR (backend_type IS NULL AND datid IS NOT NULL))`;
const OTHERS = `${CLIENT} AND pid <> pg_backend_pid()`;

/**
 * Cut as bytes: functions that count characters fail on the text of a database in another encoding, or
 * on one that was cut amid a character.
 */
const query = (column: string) => `
  CASE WHEN octet_length(${column}) <= ${QUERY_BYTES_MAX} THEN ${column} END AS query,
  CASE WHEN octet_length(${column}) > ${QUERY_BYTES_MAX}
       THEN substr(textsend(${column}), 1, ${QUERY_BYTES_MAX}) END AS query_bytes`;

const SERVER = `
SELECT ${epochMs('clock_timestamp()')} AS now,
  current_setting('server_version') AS version,
  current_setting('server_version_num') AS version_number,
  ${epochMs('pg_postmaster_start_time()')} AS started_at,
  current_setting('max_connections') AS max_connections,
  current_setting('superuser_reserved_connections')::int
    + coalesce(current_setting('reserved_connections', true)::int, 0) AS reserved_connections,
  pg_has_role('pg_read_all_stats', 'USAGE') AS sees_all,
  current_setting('track_activities') AS track_activities,
  pg_is_in_recovery() AS in_recovery`;

const COUNTS = `
SELECT count(*) FILTER (WHERE ${CLIENT}) AS used,
  count(*) FILTER (WHERE ${OTHERS}) AS total,
  count(*) FILTER (WHERE ${OTHERS} AND state IN ('active', 'fastpath function call')) AS active,
  count(*) FILTER (WHERE ${OTHERS} AND state = 'idle') AS idle,
  count(*) FILTER (WHERE ${OTHERS} AND state LIKE 'idle in transaction%') AS idle_in_transaction,
  count(*) FILTER (WHERE ${OTHERS} AND state = 'active' AND wait_event_type = 'Lock') AS waiting
FROM pg_stat_activity`;

const WAITS = `
SELECT wait_event_type, wait_event, count(*) AS sessions
FROM pg_stat_activity
WHERE ${OTHERS} AND state = 'active' AND wait_event_type IS NOT NULL
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT ${WAITS_MAX}`;

/** Blocked and blockers first, then what has been at it longest, idle ones last. */
const SESSIONS = `
WITH activity AS MATERIALIZED (SELECT * FROM pg_stat_activity),
waiting AS MATERIALIZED (
  SELECT pid, pg_blocking_pids(pid) AS blockers FROM (
    SELECT pid FROM activity WHERE wait_event_type = 'Lock' AND pid <> pg_backend_pid()
    ORDER BY query_start LIMIT ${WAITING_MAX}) AS oldest),
blocking AS (SELECT DISTINCT unnest(blockers) AS pid FROM waiting)
SELECT a.pid, backend_type, ${epochMs('backend_start')} AS backend_start,
  backend_start::text AS backend_start_text, usename, datname, application_name,
  host(client_addr) AS client, state, wait_event_type, wait_event,
  ${epochMs('xact_start')} AS xact_start, ${epochMs('query_start')} AS query_start,
  ${epochMs('state_change')} AS state_change, ${query('query')},
  array_to_string(waiting.blockers, ',') AS blockers
FROM activity AS a
LEFT JOIN waiting ON waiting.pid = a.pid
LEFT JOIN blocking ON blocking.pid = a.pid
WHERE (${CLIENT} OR waiting.pid IS NOT NULL OR blocking.pid IS NOT NULL)
  AND a.pid <> pg_backend_pid()
ORDER BY (waiting.pid IS NOT NULL OR blocking.pid IS NOT NULL) DESC, (state = 'idle'),
  coalesce(xact_start, query_start), a.pid
LIMIT ${SESSIONS_MAX + 1}`;

/** On a cascading standby the position that counts is the received one. */
const STANDBYS = `
WITH here AS (SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()
                          ELSE pg_current_wal_lsn() END AS lsn)
SELECT application_name, state, host(client_addr) AS client, sync_state,
  pg_wal_lsn_diff(here.lsn, flush_lsn) AS receive_lag,
  pg_wal_lsn_diff(here.lsn, replay_lsn) AS replay_lag,
  extract(epoch FROM replay_lag) * 1000 AS replay_lag_ms
FROM pg_stat_replication, here
ORDER BY application_name, pid LIMIT ${LINKS_MAX}`;

/**
 * How a standby follows; no row on a primary. `latest_end_lsn` is the sender's own last position. After
 * a restart what is replayed from the standby's own files is ahead of what it has received since.
 */
const RECEIVER = `
SELECT status, slot_name, sender_host, sender_port,
  pg_wal_lsn_diff(latest_end_lsn, received) AS receive_lag,
  pg_wal_lsn_diff(greatest(latest_end_lsn, received), replayed) AS replay_lag,
  replayed >= received AS caught_up,
  ${epochMs('clock_timestamp()')} - ${epochMs('pg_last_xact_replay_timestamp()')} AS replayed_ago,
  pg_is_wal_replay_paused() AS paused
FROM (SELECT pg_last_wal_receive_lsn() AS received, pg_last_wal_replay_lsn() AS replayed) AS here
LEFT JOIN pg_stat_wal_receiver ON true
WHERE pg_is_in_recovery()`;

/**
 * What is read at every poll, one result each: the server, counts, waits, sessions, standbys, receiver.
 * The views and columns are the same from 13 to 18; what is not there before 16 is asked for gently.
 */
export const ACTIVITY = [SERVER, COUNTS, WAITS, SESSIONS, STANDBYS, RECEIVER].join(';');

/**
 * What is read rarely: sizes, which look at every file, and where the statistics of statements are.
 * @param limitMs after which the server gives up
 */
export const sizesText = (limitMs: number) => `
SET LOCAL statement_timeout = ${limitMs};
SELECT datname, pg_database_size(oid) AS bytes FROM (
  SELECT oid, datname FROM pg_database
  WHERE NOT datistemplate AND (has_database_privilege(oid, 'CONNECT')
    OR pg_has_role('pg_read_all_stats', 'USAGE'))
  ORDER BY datname = current_database() DESC, oid LIMIT ${SIZES_MAX}) AS chosen
ORDER BY 2 DESC NULLS LAST;
SELECT extversion, nspname FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
WHERE extname = 'pg_stat_statements'`;

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** The most expensive statements, without their texts: those are in a file that can be large. */
export const statementsText = (schema: string, limitMs: number) => `
SET LOCAL statement_timeout = ${limitMs};
SELECT queryid, calls, total_exec_time, mean_exec_time, rows
FROM ${quoted(schema)}.pg_stat_statements(false)
ORDER BY total_exec_time DESC LIMIT ${STATEMENTS_MAX}`;

/** The texts of some statements; `ids` are digits. */
export const statementTexts = (schema: string, ids: readonly string[], limitMs: number) => `
SET LOCAL statement_timeout = ${limitMs};
SELECT DISTINCT ON (queryid) queryid, ${query('query')}
FROM ${quoted(schema)}.pg_stat_statements(true)
WHERE queryid = ANY ('{${ids.join(',')}}'::bigint[])`;
