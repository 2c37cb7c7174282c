declare module 'vitest' {
  interface ProvidedContext {
    /** Why the real servers cannot run here, or null when they can. */
    machineLacks: string | null;
    /** State folder of each worker's stack, in the order of the workers; none where none can be. */
    stackDirs: readonly string[];
  }
}

export type {};
