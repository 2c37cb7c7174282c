/** How long a wait may take. */
export interface WaitOptions {
  /** Milliseconds until the wait fails. */
  readonly withinMs?: number;
}

/** Conditions that are looked at again each time something happened, never by polling. */
export interface Waiting {
  /** Something happened: every open wait looks again. */
  wake(): void;
  /**
   * Resolves as soon as `look` is true.
   *
   * @param look the condition, without effects; it may throw to end the wait with that error
   * @param explain what to say when the time is up
   */
  until(look: () => boolean, withinMs: number, explain: () => string): Promise<void>;
}

export function createWaiting(): Waiting {
  const waits = new Set<() => void>();
  return {
    wake() {
      for (const wait of [...waits]) wait();
    },
    until: (look, withinMs, explain) =>
      new Promise((resolve, reject) => {
        const end = (settle: () => void) => {
          clearTimeout(timer);
          waits.delete(check);
          settle();
        };
        const check = () => {
          try {
            if (look()) end(resolve);
          } catch (error) {
            end(() => reject(error));
          }
        };
        const timer = setTimeout(() => end(() => reject(new Error(explain()))), withinMs);
        waits.add(check);
        check();
      }),
  };
}
