import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, threadId, workerData } from 'node:worker_threads';
import type { PGlite } from '@electric-sql/pglite';

// PGlite in a thread of its own: it computes without a pause, and the simulated servers beside it must
// answer meanwhile. Baseline code only: for the few statements of a drill the optimizing compiler would
// take half a gigabyte and give nothing back. Once V8 runs, the first flag no longer implies the others.

const FLAGS = ['--liftoff-only', '--no-wasm-dynamic-tiering', '--no-wasm-tier-up', '--expose-gc'];
for (const flag of FLAGS) setFlagsFromString(flag);

/** Bytes of the protocol to run, and where the answer belongs. */
interface Task {
  readonly id: number;
  readonly bytes: Uint8Array;
}

/** One client at a time, with a few thousand rows that nobody misses after a crash. */
const SMALL = [
  'shared_buffers=8MB',
  'wal_buffers=1MB',
  'max_connections=5',
  'wal_level=minimal',
  'max_wal_senders=0',
  'fsync=off',
  'full_page_writes=off',
  'wal_init_zero=off',
  'min_wal_size=2MB',
  'max_wal_size=4MB',
];
/** A file in memory is copied whenever it grows: those of the log are kept small. */
const SMALL_FILES = ['--wal-segsize=1'];
const EMPTY = 'empty-cluster.tar.gz';

/** An empty cluster that was made before; null where none was, or it does not fit any more. */
async function fromCache(folder: string, Library: typeof PGlite): Promise<PGlite | null> {
  try {
    const packed = new Blob([await readFile(join(folder, EMPTY))]);
    return await Library.create({ loadDataDir: packed, postgresqlconf: SMALL });
  } catch {
    return null;
  }
}

/** Keeps an empty cluster for the next time: to make one takes longer than all the rest. */
async function keep(folder: string, database: PGlite): Promise<void> {
  const packed = await database.dumpDataDir('gzip');
  const own = join(folder, `${EMPTY}.${process.pid}.${threadId}`);
  await mkdir(folder, { recursive: true });
  await writeFile(own, Buffer.from(await packed.arrayBuffer()));
  await rename(own, join(folder, EMPTY));
}

async function start(folder: string | null): Promise<PGlite> {
  const { PGlite: Library } = await import('@electric-sql/pglite');
  const known = folder === null ? null : await fromCache(folder, Library);
  if (known !== null) return known;
  const made = await Library.create({ postgresqlconf: SMALL, initDbStartParams: SMALL_FILES });
  // A cache that cannot be written costs time at the next start and nothing else.
  if (folder !== null) await keep(folder, made).catch(() => undefined);
  return made;
}

const port = parentPort;
if (port === null) throw new Error('this is the thread of the tables; it is not run by itself');
const database = await start(workerData as string | null);
// What made or unpacked the cluster, another 200 MB, is of no more use.
runInNewContext('gc')();
port.on('message', async ({ bytes, id }: Task) => {
  try {
    port.postMessage({ id, bytes: await database.execProtocolRaw(bytes) });
  } catch (thrown) {
    port.postMessage({ id, failed: thrown instanceof Error ? thrown.message : String(thrown) });
  }
});
port.postMessage({ id: 0, bytes: new Uint8Array() });
