import type { Socket } from 'node:net';
import type { Host } from '../host/host.ts';
import { type Speak, thawed } from '../host/published.ts';
import { queueMs } from '../world/queue.ts';
import type { Reply } from '../world/redis/reply.ts';
import { createCommandReader, encode, ProtocolError } from './resp.ts';

/** Commands that wait for their turn on one connection. */
const WAITING_MAX = 100_000;

interface Client {
  readonly host: Host;
  readonly socket: Socket;
  readonly container: string;
  readonly id: number;
  readonly signal: AbortSignal;
}

function stateOf({ host, container, id }: Client) {
  const process = host.world().containers.get(container)?.process;
  return process?.kind === 'redis' ? process.connections.get(id) : undefined;
}

function run({ host, container, id }: Client, words: readonly Buffer[]): Reply {
  const { reply, refused } = host.change({ kind: 'redis-command', container, client: id, words });
  return refused === null ? reply : { error: `ERR ${refused.message}` };
}

/** Waits for one of the lists to have an item, and takes it. */
async function waitFor(
  client: Client,
  words: readonly Buffer[],
  { waitsFor, untilMs }: Extract<Reply, { waitsFor: readonly string[] }>,
): Promise<Reply> {
  const { container, host, signal } = client;
  const there = () => {
    const world = host.world();
    if (untilMs !== null && world.now >= untilMs) return true;
    const process = world.containers.get(container)?.process;
    if (process?.kind !== 'redis') return true;
    const database = process.connections.get(client.id)?.database ?? 0;
    const space = process.databases.get(database);
    return waitsFor.some((key) => space?.buckets.some((bucket) => bucket.has(key)));
  };
  await host.until(there, signal);
  const reply = run(client, [Buffer.from('lpop'), ...words.slice(1, 2)]);
  return reply === null ? null : [words[1] ?? null, reply];
}

async function answer(client: Client, words: readonly Buffer[]): Promise<boolean> {
  const { container, host, signal, socket } = client;
  if (!(await thawed(host, container, signal))) return false;
  const service = host.world().containers.get(container)?.service ?? null;
  const waitsMs = queueMs(host.world(), service);
  if (waitsMs > 0) {
    const at = host.world().now + waitsMs;
    await host.until(({ now }) => now >= at, signal);
  }
  const verb = words[0]?.toString().toLowerCase();
  if (stateOf(client) === undefined) return false;
  let reply = run(client, words);
  if (typeof reply === 'object' && reply !== null && 'waitsFor' in reply) {
    reply = await waitFor(client, words, reply);
  }
  socket.write(encode(verb === 'quit' ? { status: 'OK' } : reply, stateOf(client)?.protocol ?? 2));
  return verb !== 'quit' && stateOf(client) !== undefined;
}

/** Speaks Redis' protocol on a connection, from what the world's server holds. */
export function speakRedis(host: Host): Speak {
  return (socket, container) => {
    const address = `${socket.remoteAddress ?? '127.0.0.1'}:${socket.remotePort ?? 0}`;
    const { made, reply } = host.change({ kind: 'redis-connect', container, address });
    if (made === null) return void socket.end(encode(reply, 2));
    const gone = new AbortController();
    const client = { host, socket, container, id: Number(made), signal: gone.signal };
    const reader = createCommandReader();
    const waiting: (readonly Buffer[])[] = [];
    let busy = false;
    const work = async () => {
      if (busy) return;
      busy = true;
      try {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          if (!(await answer(client, next))) return void socket.end();
        }
      } catch {
        socket.destroy();
      } finally {
        busy = false;
      }
    };
    socket.on('data', (bytes) => {
      try {
        waiting.push(...reader.push(bytes));
        if (waiting.length > WAITING_MAX) return void socket.destroy();
        void work();
      } catch (thrown) {
        if (!(thrown instanceof ProtocolError)) throw thrown;
        socket.end(`-ERR Protocol error: ${thrown.message}\r\n`);
      }
    });
    // One that was ended by CLIENT KILL is closed at the server's side.
    const end = host.watch(() => {
      const process = host.world().containers.get(container)?.process;
      if (process?.kind === 'redis' && !process.connections.has(client.id)) socket.destroy();
    });
    socket.once('close', () => {
      gone.abort(new Error('the connection was closed'));
      end();
      host.change({ kind: 'redis-disconnect', container, client: client.id });
    });
  };
}
