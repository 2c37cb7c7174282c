/** A process named so that a reused pid is not taken for it. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** The kernel's start time of the process, in clock ticks since boot, with the boot's id. */
  readonly startedAt: string;
}
