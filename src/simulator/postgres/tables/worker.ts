import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort } from 'node:worker_threads';

// PGlite in a thread of its own: it computes without a pause, and the simulated servers beside it must
// answer meanwhile. Baseline code only: the optimizing compiler takes more time and memory than the few
// statements of a drill give back.

setFlagsFromString('--liftoff-only');
setFlagsFromString('--expose-gc');

/** One client at a time, with a few thousand rows. */
const SMALL = ['shared_buffers=8MB', 'wal_buffers=1MB', 'max_connections=5'];

/** Bytes of the protocol to run, and where the answer belongs. */
interface Task {
  readonly id: number;
  readonly bytes: Uint8Array;
}

const port = parentPort;
if (port === null) throw new Error('this is the thread of the tables; it is not run by itself');
const { PGlite } = await import('@electric-sql/pglite');
const database = await PGlite.create({ postgresqlconf: SMALL });
// What made the empty database, another 200 MB, is of no more use.
runInNewContext('gc')();
port.on('message', async ({ bytes, id }: Task) => {
  try {
    port.postMessage({ id, bytes: await database.execProtocolRaw(bytes) });
  } catch (thrown) {
    port.postMessage({ id, failed: thrown instanceof Error ? thrown.message : String(thrown) });
  }
});
port.postMessage({ id: 0, bytes: new Uint8Array() });
