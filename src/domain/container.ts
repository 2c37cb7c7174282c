export type ContainerState =
  | 'created'
  | 'running'
  | 'paused'
  | 'restarting'
  | 'removing'
  | 'exited'
  | 'dead';

export type ContainerHealth = 'none' | 'starting' | 'healthy' | 'unhealthy';

/** A container as the engine reports it; every string is already sanitized. */
export interface Container {
  /** Full 64-digit id: the identity for selection and for frozen targets. */
  readonly id: string;
  readonly name: string;
  readonly project: string | null;
  readonly service: string | null;
  readonly image: string;
  readonly state: ContainerState;
  readonly health: ContainerHealth;
  /** Null while it runs or has never run. */
  readonly exitCode: number | null;
  readonly oomKilled: boolean;
  readonly restartCount: number;
  /** Epoch ms; null if it never started. */
  readonly startedAt: number | null;
  /** Epoch ms; null while it runs. */
  readonly finishedAt: number | null;
  /** Address on each of the engine's networks, by network name; empty while it is not running. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly ports: readonly PublishedPort[];
}

export interface PublishedPort {
  readonly containerPort: number;
  readonly hostAddress: string;
  readonly hostPort: number;
}

/** What a running container uses. */
export interface ContainerUsage {
  readonly id: string;
  /** Fraction of one core: 1 is a core fully used; null until two readings exist. */
  readonly cpu: number | null;
  readonly memoryBytes: number | null;
  readonly memoryLimitBytes: number | null;
}
