import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type AdminAnswer, type AdminRequest, BadRequest, readRequest } from './protocol.ts';

/** Does what is asked. @returns the exit code */
export type AdminWork = (
  request: AdminRequest,
  tell: (answer: AdminAnswer) => void,
  signal: AbortSignal,
) => Promise<number>;

async function serve(socket: Socket, work: AdminWork): Promise<void> {
  const gone = new AbortController();
  socket.once('close', () => gone.abort(new Error('who asked went away')));
  const tell = (answer: AdminAnswer) => {
    if (!socket.destroyed) socket.write(`${JSON.stringify(answer)}\n`);
  };
  for await (const line of createInterface({ input: socket })) {
    try {
      tell({ done: await work(readRequest(line), tell, gone.signal) });
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown.message : String(thrown);
      tell({ done: thrown instanceof BadRequest ? 2 : 1, error });
    }
  }
}

/** A server of the simulator's own protocol; it listens to nothing yet. */
export function createAdminServer(work: AdminWork): Server {
  return createServer((socket) => {
    socket.on('error', () => undefined);
    serve(socket, work).catch(() => socket.destroy());
  });
}
