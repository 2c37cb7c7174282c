import { copyRegistry, type Registry } from './metric-families.ts';
import type { WorkerSettings } from './worker-settings.ts';

export type Dependency = 'redis' | 'postgres';

/** A circuit breaker's memory. */
export interface Breaker {
  state: 'closed' | 'open' | 'half-open';
  failures: number;
  successes: number;
  lastFailureAt: number;
}

/** A Falcon worker's memory. */
export interface WorkerProcess {
  readonly kind: 'falcon-worker';
  readonly startedAt: number;
  /** From when on it answers; null for one that is about to end. */
  readonly readyAt: number;
  readonly settings: WorkerSettings;
  readonly breakers: Readonly<Record<Dependency, Breaker>>;
  readonly registry: Registry;
  /** Ends at this moment, with this code: its settings do not fit, or what it needs is not there. */
  crash: { readonly at: number; readonly exitCode: number } | null;
  /** Has said that it is up. */
  announced: boolean;
  /** The one thread is free again. */
  busyUntil: number;
  /** Memory kept for nothing. */
  ballastBytes: number;
  /** Entries that wait for the database. */
  buffered: number;
  /** Connections to Redis and to Postgres that it holds, by the process they lead to. */
  redisConnection: { readonly runId: string; readonly id: number } | null;
  postgresPool: { readonly startedAt: number; readonly pids: readonly number[] } | null;
}

export function copyWorker(worker: WorkerProcess): WorkerProcess {
  const { redis, postgres } = worker.breakers;
  return {
    ...worker,
    breakers: { redis: { ...redis }, postgres: { ...postgres } },
    registry: copyRegistry(worker.registry),
  };
}
