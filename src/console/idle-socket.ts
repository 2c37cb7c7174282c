import { createConnection } from 'node:net';

/** Tells whoever drives the console that it has nothing left to do for the keys it was given. */
export interface IdleReporter {
  /**
   * Writes one line `idle <handled> <frames>`.
   *
   * @param handled keys handled since the start
   * @param frames frames drawn since the start
   */
  report(handled: number, frames: number): void;
}

/**
 * Connects to the unix socket at `path`. A socket that is not there, or goes away, is no fault of the
 * console: reports are then dropped. The connection keeps no process alive.
 */
export function connectIdleSocket(path: string): IdleReporter {
  const socket = createConnection(path);
  socket.on('error', () => socket.destroy());
  socket.unref();
  return {
    report(handled, frames) {
      if (!socket.destroyed) socket.write(`idle ${handled} ${frames}\n`);
    },
  };
}
