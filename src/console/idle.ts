/**
 * Counts work under way that a key has caused, so that a test can wait until the program has settled
 * instead of sleeping: every worker begins before it starts, and the listener hears busy → idle.
 */
export interface IdleCounter {
  /** Registers work; call the returned function once when it is done. */
  begin(): () => void;
  busy(): boolean;
  /** Called each time the count falls to zero. */
  onIdle(listener: () => void): () => void;
}

export function createIdleCounter(): IdleCounter {
  let count = 0;
  const listeners = new Set<() => void>();
  return {
    begin() {
      count += 1;
      let open = true;
      return () => {
        if (!open) return;
        open = false;
        count -= 1;
        if (count === 0) for (const listener of listeners) listener();
      };
    },
    busy: () => count > 0,
    onIdle(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
