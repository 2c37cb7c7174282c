import { existsSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { projectDir } from './project.ts';
import { run } from './run.ts';

/** Room for the table of request logs; small, so that a test can fill it. */
const DATABASE_DISK_MIB = 64;
/** Rows of one statement: each is refused whole when the disk is full. */
const CHUNK_ROWS = 4000;
const DISK_FULL = '53100';

const FILL_SQL = `INSERT INTO inference_logs
    (request_id, worker_id, text_hash, text_length, prediction, cache_hit,
     idempotency_hit, success, error_message, created_at)
  SELECT gen_random_uuid()::text, 'worker-1', md5(n::text), 120, 'neutral', false,
    false, true, repeat('x', 400),
    (now() AT TIME ZONE 'UTC') - make_interval(days => 40 + n % 50)
  FROM generate_series(1, $1::int) AS n`;

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

/**
 * Writes requests of 40 to 90 days ago until the disk of the request logs is full.
 *
 * @returns how many rows were written
 */
export async function fillDatabase(url: string): Promise<number> {
  const client = new Client({ connectionString: url, application_name: 'months-of-requests' });
  await client.connect();
  let rows = 0;
  let chunk = CHUNK_ROWS;
  try {
    // A table that was purged before has its maps of free space, and so have its indexes; a disk without
    // a free page would have no room to begin them.
    await client.query(FILL_SQL, [chunk]);
    await client.query(PURGE_SQL);
    for (const _ of ['pages are found empty', 'and free']) {
      await client.query('VACUUM inference_logs');
    }
    while (chunk >= 1) {
      try {
        rows += (await client.query(FILL_SQL, [chunk])).rowCount ?? 0;
        if (chunk === CHUNK_ROWS) await client.query('VACUUM inference_logs');
      } catch (error) {
        if ((error as { code?: string }).code !== DISK_FULL) throw error;
        chunk = Math.floor(chunk / 4);
      }
    }
  } finally {
    await client.end();
  }
  return rows;
}
