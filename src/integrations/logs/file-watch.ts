import { type FSWatcher, watch } from 'node:fs';
import type { Clock, Timer } from '../../domain/clock.ts';

/** However quiet the system's notices are, a file is looked at this often. */
const LOOK_EVERY_MS = 1000;
/** Changes that come faster are read together. */
const LOOK_PAUSE_MS = 50;

/** Waits for a file to change: by the system's notices, and by the clock where there are none. */
export interface FileWatch {
  /** Settles when it is worth looking again, or when the signal is aborted. */
  changed(): Promise<void>;
  /** Watches the file that has the path now, after a rotation. */
  renew(): void;
  close(): void;
}

export function watchFile(path: string, clock: Clock, signal: AbortSignal): FileWatch {
  let watcher: FSWatcher | null = null;
  let noticed = false;
  let wake: (() => void) | null = null;

  const notice = () => {
    noticed = true;
    wake?.();
  };
  const renew = () => {
    watcher?.close();
    watcher = null;
    try {
      watcher = watch(path, { persistent: false }, notice);
      watcher.on('error', () => watcher?.close());
    } catch {
      // No such file, or no notices left to be had: the clock goes on.
    }
  };
  const until = (begin: (done: () => void) => Timer | null) =>
    new Promise<void>((resolve) => {
      const done = () => {
        timer?.cancel();
        wake = null;
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = begin(done);
      if (signal.aborted) done();
      else signal.addEventListener('abort', done, { once: true });
    });

  renew();
  return {
    renew,
    async changed() {
      await until((done) => clock.after(LOOK_PAUSE_MS, done));
      if (!noticed && !signal.aborted) {
        await until((done) => {
          wake = done;
          return clock.after(LOOK_EVERY_MS - LOOK_PAUSE_MS, done);
        });
      }
      noticed = false;
    },
    close: () => watcher?.close(),
  };
}
