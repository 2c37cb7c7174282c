import { existsSync } from 'node:fs';
import { chmod, mkdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { projectDir } from './project.ts';
import { run } from './run.ts';
import type { Stack } from './stack.ts';

type Base = Pick<Stack, 'dir' | 'postgresUrl'>;

/** Room for the table of request logs; small, so that a test can fill it. */
const DATABASE_DISK_MIB = 64;
/** What files of others leave of it. */
const LEFT_BYTES = 6 * 1024 * 1024;
/** Rows that are deleted and vacuumed first. */
const PURGED_ROWS = 4000;
/** Letters; rows without such a message fit where these do not. */
const LONG_MESSAGE = 400;
/** Rows refused one after the other: neither the table nor any of its indexes takes more. */
const REFUSED_IN_A_ROW = 20;

/** Their keys lie together, so that a purge leaves whole pages of every index empty. */
const INSERT_OLD = `CREATE FUNCTION pg_temp.insert_old(first int, last int, letters int)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO inference_logs
    (request_id, worker_id, text_hash, text_length, prediction, cache_hit,
     idempotency_hit, success, error_message, created_at)
  SELECT 'old-' || gen_random_uuid(), 'worker-1', 'old-' || md5(n::text), 120, 'neutral', false,
    false, true, repeat('x', letters),
    (now() AT TIME ZONE 'UTC') - make_interval(days => 40 + n % 50)
  FROM generate_series(first, last) AS n
$$`;

/** Row by row: many refused together would leave as many dead, and a vacuum would free their room. */
const FILL = `CREATE FUNCTION pg_temp.fill(letters int, refusals int)
RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  written int := 0;
  refused int := 0;
BEGIN
  WHILE refused < refusals LOOP
    BEGIN
      PERFORM pg_temp.insert_old(written, written, letters);
      written := written + 1;
      refused := 0;
    EXCEPTION WHEN disk_full THEN
      refused := refused + 1;
    END;
  END LOOP;
  RETURN written;
END
$$`;

/** Folder of the disk on the host, and in the container of the database. */
function databaseDisk(dir: string): string {
  return join(projectDir(dir), 'disk');
}

const PURGE_SQL = "DELETE FROM inference_logs WHERE created_at < now() - interval '30 days'";

/** Mounts the disk in its folder; removing the engine unmounts it. */
export async function mountDatabaseDisk(dir: string): Promise<void> {
  const folder = databaseDisk(dir);
  if (existsSync(join(folder, 'mounted'))) return;
  await mkdir(folder, { recursive: true });
  const size = `size=${DATABASE_DISK_MIB}m`;
  await run('mount', ['-t', 'tmpfs', '-o', size, 'opsconsole-database', folder]);
  await mkdir(join(folder, 'mounted'));
  await chmod(folder, 0o755);
}

/** Files of others, which take most of the disk. */
function filesOfOthers(dir: string): string {
  return join(databaseDisk(dir), 'others');
}

/** Old rows, deleted and vacuumed: a table that was purged before, as it is where this is usual. */
async function purgeOnce(client: Client): Promise<void> {
  // Table and indexes then have their maps of free space; a disk without a free page would have no room to
  // begin them.
  await client.query('SELECT pg_temp.insert_old(1, $1, $2)', [PURGED_ROWS, LONG_MESSAGE]);
  await client.query(PURGE_SQL);
  for (const _ of ['pages are found empty', 'and free']) {
    await client.query('VACUUM inference_logs');
  }
}

/** Old rows until the disk takes none of that size, not even where another had a little room left. */
async function fill(client: Client, letters: number): Promise<number> {
  const sql = 'SELECT pg_temp.fill($1, $2) AS written';
  const { rows } = await client.query<{ written: number }>(sql, [letters, REFUSED_IN_A_ROW]);
  return rows[0]?.written ?? 0;
}

/**
 * Files of others take most of the disk of the request logs, and requests of 40 to 90 days ago the rest.
 *
 * @returns how many rows were written
 */
export async function fillDatabase({ dir, postgresUrl }: Base): Promise<number> {
  const client = new Client({ connectionString: postgresUrl, application_name: 'old-requests' });
  await client.connect();
  try {
    for (const definition of [INSERT_OLD, FILL]) await client.query(definition);
    await purgeOnce(client);
    const { bavail, bsize } = await statfs(databaseDisk(dir));
    const bytes = Math.max(bsize, bavail * bsize - LEFT_BYTES);
    await run('fallocate', ['--length', String(bytes), filesOfOthers(dir)]);
    return (await fill(client, LONG_MESSAGE)) + (await fill(client, 0));
  } finally {
    await client.end();
  }
}

/** Gives the room back that files of others and the request logs have taken. */
export async function emptyDatabase({ dir, postgresUrl }: Base): Promise<void> {
  await rm(filesOfOthers(dir), { force: true });
  const client = new Client({
    connectionString: postgresUrl,
    application_name: 'opsconsole-tests',
  });
  await client.connect();
  try {
    await client.query('TRUNCATE inference_logs');
  } finally {
    await client.end();
  }
}
