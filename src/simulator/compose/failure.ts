import type { Host } from '../host/host.ts';
import type { Change } from '../world/change.ts';

/** Says something to who called. */
export type Say = (line: string) => void;

/** Where a called command says what, and to whom it belongs. */
export interface Caller {
  /** To its output. */
  readonly out: Say;
  /** To its errors, where compose tells its progress. */
  readonly err: Say;
  readonly signal: AbortSignal;
}

/** A command that cannot go on, in the words it says last. */
export class CommandFailure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Makes a change that must be possible. @throws CommandFailure in the engine's words */
export function make(host: Host, change: Change): string {
  const { refused, made } = host.change(change);
  if (refused !== null && refused.status !== 304) {
    throw new CommandFailure(`Error response from daemon: ${refused.message}`);
  }
  return made ?? '';
}
