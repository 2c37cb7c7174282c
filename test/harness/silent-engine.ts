import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * An address where somebody takes every connection and never says a word, for the running test.
 * @returns its address, as an engine is configured
 */
export async function silentEngine(): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `tcp://127.0.0.1:${address.port}`;
}
