import type { IdleProcess } from './programs/idle.ts';
import type { NginxProcess } from './programs/nginx-state.ts';
import type { PostgresProcess } from './programs/postgres.ts';
import type { WorkerProcess } from './programs/worker-state.ts';
import type { RedisProcess } from './redis/state.ts';

/** What runs in a container: its memory, gone when it ends. */
export type Process = WorkerProcess | NginxProcess | RedisProcess | PostgresProcess | IdleProcess;
