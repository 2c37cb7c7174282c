import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsHttpServer } from 'node:https';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';

/** A server of the test's own on a free port of 127.0.0.1. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** Connections that are open now. */
  open(): number;
  /** Resolves when no connection is open. */
  drained(): Promise<void>;
  close(): Promise<void>;
}

/** Lets a server listen on 127.0.0.1, on a free port unless told. */
export async function listening(server: Server, scheme = 'http', onPort = 0): Promise<TestServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      sockets.delete(socket);
      server.emit('left');
    });
  });
  server.listen(onPort, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return {
    url: `${scheme}://127.0.0.1:${address.port}`,
    port: address.port,
    open: () => sockets.size,
    async drained() {
      while (sockets.size > 0) await once(server, 'left');
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
}

/** A real HTTP server that answers with `listener`. */
export function httpServer(listener: RequestListener): Promise<TestServer> {
  return listening(createServer(listener));
}

/** A real HTTPS server with one certificate, in PEM. */
export function httpsServer(
  identity: { readonly cert: string; readonly key: string },
  listener: RequestListener,
): Promise<TestServer> {
  const { cert, key } = identity;
  return listening(createTlsHttpServer({ cert, key }, listener), 'https');
}

/** A server below HTTP: `connected` does with each connection what it likes. */
export function tcpServer(connected: (socket: Socket) => void): Promise<TestServer> {
  return listening(createTcpServer(connected));
}
