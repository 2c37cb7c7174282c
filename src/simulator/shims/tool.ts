import type { Caller } from '../compose/failure.ts';
import type { Host } from '../host/host.ts';
import type { SystemDescription } from '../world/system.ts';

/** What a called tool works on. */
export interface Toolbox {
  readonly host: Host;
  /** The simulator's folder. */
  readonly root: string;
  readonly scripts: NonNullable<SystemDescription['scripts']>;
}

/**
 * Does what a tool of the command line would do.
 * @param words its arguments
 * @param folder where it was called
 * @returns its exit code
 */
export type Tool = (
  box: Toolbox,
  words: readonly string[],
  folder: string,
  caller: Caller,
) => Promise<number>;
