/** Work on the screen's thread goes on for at most this long before keys get their turn. */
const SLICE_MS = 4;

/** Cuts long work into slices: `if (turns.due()) await turns.next()` between its steps. */
export interface Turns {
  /** True once the running slice has lasted long enough. */
  due(): boolean;
  /** Lets everything that waits have its turn, then begins the next slice. */
  next(): Promise<void>;
}

/** Begins the first slice. */
export function takeTurns(sliceMs = SLICE_MS): Turns {
  let startedAt = performance.now();
  return {
    due: () => performance.now() - startedAt >= sliceMs,
    async next() {
      await new Promise<void>((resolve) => void setImmediate(resolve));
      startedAt = performance.now();
    },
  };
}
