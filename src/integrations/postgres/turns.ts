/**
 * Connections this program opens beside that of its source: a server keeps three for those who mend it,
 * and the program that carries out a change needs one of them.
 */
const CONNECTIONS_AT_ONCE = 2;

/** Work in turns, a few at once. */
export interface Turns {
  /** Runs `work` when it is its turn. @throws the signal's reason when that is aborted first */
  take<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** The queue of one region's servers; who waits longest goes first. */
export function createTurns(atOnce = CONNECTIONS_AT_ONCE): Turns {
  const waiting: (() => void)[] = [];
  let underWay = 0;

  const turn = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (underWay < atOnce) {
        underWay += 1;
        resolve();
        return;
      }
      const go = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        waiting.splice(waiting.indexOf(go), 1);
        reject(signal.reason);
      };
      waiting.push(go);
      signal.addEventListener('abort', leave, { once: true });
    });

  return {
    async take(work, signal) {
      signal.throwIfAborted();
      await turn(signal);
      try {
        return await work();
      } finally {
        // The place is handed to the next in line, so that nobody slips in between.
        const next = waiting.shift();
        if (next === undefined) underWay -= 1;
        else next();
      }
    },
  };
}
