import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** A port of 127.0.0.1 that is there before what answers behind it. */
export interface Gate {
  readonly port: number;
  /** Who meets those who dial it, from now on; they are hung up on until then. */
  leadTo(meet: (socket: Socket) => void): void;
  close(): void;
}

/** Opens a gate on a free port. */
export async function openGate(): Promise<Gate> {
  let meet: (socket: Socket) => void = (socket) => void socket.destroy();
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    meet(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    leadTo(next) {
      meet = next;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
