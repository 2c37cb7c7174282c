import { createServer, type Server } from 'node:net';

/** What the program under test last said on its idle socket. */
interface IdleState {
  /** Whether it ever connected. */
  readonly connected: boolean;
  /** Keys it has handled since its start. */
  readonly handled: number;
  /** Frames it has drawn since its start. */
  readonly frames: number;
}

/** The harness's end of the idle socket. */
export interface IdleListener {
  readonly state: IdleState;
  /** Calls back after every line; returns the way to stop. */
  onReport(listener: () => void): () => void;
  close(): Promise<void>;
}

/** Listens on the unix socket at `path` for `idle <handled> <frames>` lines. */
export async function listenForIdle(path: string): Promise<IdleListener> {
  let state: IdleState = { connected: false, handled: 0, frames: 0 };
  const listeners = new Set<() => void>();
  const server: Server = createServer((socket) => {
    state = { ...state, connected: true };
    let rest = '';
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const match = /^idle (\d+) (\d+)$/.exec(line);
        if (match === null) throw new Error(`not an idle report: ${JSON.stringify(line)}`);
        state = { connected: true, handled: Number(match[1]), frames: Number(match[2]) };
      }
      for (const listener of listeners) listener();
    });
    server.once('close', () => socket.destroy());
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const sockets = new Set<{ destroy(): void }>();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    get state() {
      return state;
    },
    onReport(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
