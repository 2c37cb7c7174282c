declare module 'vitest' {
  interface ProvidedContext {
    /** Why the real servers cannot run here, or null when they can. */
    machineLacks: string | null;
    /** State folder of the stack that the set-up started, or null when none could be. */
    stackDir: string | null;
  }
}

export type {};
