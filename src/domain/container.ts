export type ContainerState =
  | 'created'
  | 'running'
  | 'paused'
  | 'restarting'
  | 'removing'
  | 'exited'
  | 'dead';

/** What the engine's own health check of a container found last. */
export interface HealthProbe {
  /** Checks that failed in a row. */
  readonly failingStreak: number;
  /** When the first of those the engine still remembers began, epoch ms; null while none failed. */
  readonly failingSince: number | null;
  /** What the last check wrote, on one line; empty if nothing. */
  readonly output: string;
}

export type ContainerHealth = 'none' | 'starting' | 'healthy' | 'unhealthy';

/** A container as the engine reports it; every string is already sanitized. */
export interface Container {
  /** Full 64-digit id: the identity for selection and for frozen targets. */
  readonly id: string;
  readonly name: string;
  readonly project: string | null;
  readonly service: string | null;
  /** Which of its service's containers it is, counted by compose from 1; null outside compose. */
  readonly composeNumber: number | null;
  readonly image: string;
  readonly state: ContainerState;
  readonly health: ContainerHealth;
  /** Null or absent where no health check has run, or it has not been inspected. */
  readonly probe?: HealthProbe | null;
  /**
   * False until its inspection is in: then only the engine's list is known, and `oomKilled`,
   * `restartCount`, `startedAt` and `finishedAt` are not told yet.
   */
  readonly inspected: boolean;
  /** Null while it runs or has never run. */
  readonly exitCode: number | null;
  readonly oomKilled: boolean;
  /** Restarts by its own restart policy since it was created. */
  readonly restartCount: number;
  /** When it was started again, by whomever, within the last 10 minutes; epoch ms, oldest first. */
  readonly recentRestarts: readonly number[];
  /** Epoch ms; null where the engine does not tell. */
  readonly createdAt: number | null;
  /** Epoch ms; null if it never started. */
  readonly startedAt: number | null;
  /** Epoch ms; null while it runs. */
  readonly finishedAt: number | null;
  /** Address on each of the engine's networks, by network name; empty while it is not running. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly ports: readonly PublishedPort[];
  /** Those that people gave it; absent where they are not told. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface PublishedPort {
  readonly containerPort: number;
  readonly hostAddress: string;
  readonly hostPort: number;
}

/** What a running container uses. Null is what its engine does not tell, or cannot yet. */
export interface ContainerUsage {
  readonly id: string;
  /** Fraction of one core: 1 is a core fully used; null until two readings exist. */
  readonly cpu: number | null;
  /** Without the page cache that can be dropped. */
  readonly memoryBytes: number | null;
  readonly memoryLimitBytes: number | null;
  /** Over all its interfaces since it started; null on the host's network. */
  readonly receivedBytes: number | null;
  readonly sentBytes: number | null;
  /** Null until two readings exist. */
  readonly receivedBytesPerSecond: number | null;
  readonly sentBytesPerSecond: number | null;
  /** From and to block devices since it started. */
  readonly readBytes: number | null;
  readonly writtenBytes: number | null;
  readonly pids: number | null;
  /** Null without a limit. */
  readonly pidsLimit: number | null;
}
