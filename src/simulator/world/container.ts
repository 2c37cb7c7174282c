import type { Process } from './process.ts';

export type RestartPolicy = 'no' | 'always' | 'unless-stopped' | 'on-failure';

/** How the engine asks a container whether it is well. */
export interface HealthCheck {
  readonly test: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly startPeriodMs: number;
}

/** One answer to a health check. */
interface HealthLog {
  readonly at: number;
  readonly endedAt: number;
  readonly exitCode: number;
  readonly output: string;
}

export interface Health {
  readonly status: 'starting' | 'healthy' | 'unhealthy';
  readonly failingStreak: number;
  /** The last five. */
  readonly log: readonly HealthLog[];
  readonly nextAt: number;
}

/** A port of a container, and the port of the host it asks for; null for any, 0 for none. */
export interface WantedPort {
  readonly containerPort: number;
  readonly hostPort: number | null;
}

/** What a container may use; null is no limit. */
export interface Limits {
  readonly memoryBytes: number | null;
  readonly memorySwapBytes: number | null;
  readonly reservationBytes: number | null;
  readonly nanoCpus: number | null;
}

/** How a container is made. */
export interface ContainerSettings {
  readonly name: string;
  readonly project: string | null;
  readonly service: string | null;
  readonly number: number;
  /** The image as it was asked for. */
  readonly image: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** The names it is known by in each network. */
  readonly networks: Readonly<Record<string, readonly string[]>>;
  /** `host` for that of the host, else the first of its networks. */
  readonly networkMode: string;
  readonly ports: readonly WantedPort[];
  readonly restart: RestartPolicy;
  readonly limits: Limits;
  readonly healthCheck: HealthCheck | null;
  /** How it is asked to end. */
  readonly stopSignal: string;
  /** Folders of the host in it: from, to. */
  readonly binds: readonly (readonly [string, string])[];
  readonly volumes: readonly (readonly [string, string])[];
  /** What the engine's own API was told beyond all this, given back as it came. */
  readonly more: Readonly<Record<string, unknown>>;
}

type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'exited';

/** A container of the world's engine. */
export interface Container
  extends Omit<ContainerSettings, 'name' | 'networks' | 'limits' | 'restart'> {
  readonly id: string;
  readonly imageId: string;
  readonly createdAt: number;
  name: string;
  networks: Readonly<Record<string, readonly string[]>>;
  limits: Limits;
  restart: RestartPolicy;
  state: ContainerState;
  exitCode: number;
  oomKilled: boolean;
  /** Why its last start failed; empty if it did not. */
  error: string;
  startedAt: number | null;
  finishedAt: number | null;
  restartCount: number;
  /** By hand: its policy leaves it alone. */
  stoppedByHand: boolean;
  /** When the engine tries again. */
  restartAt: number | null;
  /** How long it waits before that. */
  backOffMs: number;
  /** A stop that is under way: when its process ends. */
  endsAt: number | null;
  /** What it does once it has ended: begin again, by hand. */
  thenStart: boolean;
  health: Health | null;
  pid: number;
  /** Of all its starts. */
  cpuMs: number;
  receivedBytes: number;
  sentBytes: number;
  process: Process | null;
}

/** True while its processes exist, frozen ones included. */
export function isUp({ state }: Pick<Container, 'state'>): boolean {
  return state === 'running' || state === 'paused';
}
