import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the ports that systems hand out by themselves, so that nothing else is given one of these
// between two starts of a server; and a range for each of the runner's workers, which run side by side.

const FIRST_PORT = 20_000;
const PORTS_A_WORKER = 500;
const WORKERS_MAX = 24;

const worker = Number(process.env['VITEST_POOL_ID'] ?? 1) % WORKERS_MAX;
const first = FIRST_PORT + worker * PORTS_A_WORKER;
// Two checkouts may be tested at once.
let asked = process.pid;

async function mayListen(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/**
 * A port of 127.0.0.1 that nobody listens on, and that stays so until the test has a server there.
 *
 * @throws Error when every port of this worker is taken
 */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < PORTS_A_WORKER; tried += 1) {
    asked += 1;
    const port = first + (asked % PORTS_A_WORKER);
    if (await mayListen(port)) return port;
  }
  throw new Error(`all ports from ${first} to ${first + PORTS_A_WORKER - 1} are taken`);
}
