import type { IPty } from '@lydell/node-pty';
import { createByteRing } from './byte-ring.ts';
import type { Screen } from './screen.ts';

const RAW_LIMIT_BYTES = 4 * 1024 * 1024;

/** How a program ended. */
export interface Exit {
  readonly code: number;
  /** Number of the signal that ended it, or null. */
  readonly signal: number | null;
}

/** The process on the other side of a pseudo-terminal. */
export interface PtyProcess {
  readonly exit: Promise<Exit>;
  /** How it ended, or null while it runs; set only once all it wrote is drawn. */
  ended(): Exit | null;
  write(bytes: string): void;
  resize(cols: number, rows: number): void;
  kill(signal: NodeJS.Signals): void;
  /** Closes the master side: the kernel tells the program that its terminal is gone. */
  hangup(): void;
  /** The last 4 MiB it wrote. */
  raw(): Buffer;
}

/**
 * Draws what the program writes and follows it to its end.
 *
 * @param changed called after each chunk was drawn, and at the end
 */
export function followPty(pty: IPty, screen: Screen, changed: () => void): PtyProcess {
  const raw = createByteRing(RAW_LIMIT_BYTES);
  let drawn: Promise<void> = Promise.resolve();
  let ended: Exit | null = null;
  let gone = false;
  pty.onData((data) => {
    const chunk: Buffer = Buffer.from(data);
    raw.push(chunk);
    drawn = screen.write(chunk).then(changed);
  });
  const exit = new Promise<Exit>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      gone = true;
      void drawn.then(() => {
        ended = { code: exitCode, signal: signal === undefined || signal === 0 ? null : signal };
        changed();
        resolve(ended);
      });
    });
  });
  return {
    exit,
    ended: () => ended,
    write: (bytes) => {
      if (!gone) pty.write(bytes);
    },
    resize: (cols, rows) => {
      if (!gone) pty.resize(cols, rows);
    },
    kill: (signal) => {
      if (!gone) pty.kill(signal);
    },
    hangup: () => {
      if (!('destroy' in pty && typeof pty.destroy === 'function')) {
        throw new Error('this node-pty cannot close the master side');
      }
      pty.destroy();
    },
    raw: raw.bytes,
  };
}
