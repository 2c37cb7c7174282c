import type { CaddyProcess } from './programs/caddy-state.ts';
import type { DbtProcess } from './programs/dbt.ts';
import type { DashboardProcess, FlagsProcess } from './programs/flags-state.ts';
import type { IdleProcess } from './programs/idle.ts';
import { copyNginx, type NginxProcess } from './programs/nginx-state.ts';
import type { PostgresProcess } from './programs/postgres.ts';
import { type ApiProcess, copyApi } from './programs/saasguard-state.ts';
import type { SupersetProcess } from './programs/superset.ts';
import { copyWorker, type WorkerProcess } from './programs/worker-state.ts';
import { copyRedis, type RedisProcess } from './redis/state.ts';

/** What runs in a container: its memory, gone when it ends. */
export type Process =
  | WorkerProcess
  | NginxProcess
  | RedisProcess
  | PostgresProcess
  | ApiProcess
  | SupersetProcess
  | DbtProcess
  | IdleProcess
  | CaddyProcess
  | DashboardProcess
  | FlagsProcess;

type Copies = {
  readonly [Kind in Process['kind']]?: (
    process: Extract<Process, { readonly kind: Kind }>,
  ) => Process;
};

/** How the memory of those is copied of which parts are changed in place. */
const copies: Copies = {
  'falcon-worker': copyWorker,
  nginx: copyNginx,
  redis: copyRedis,
  'saasguard-api': copyApi,
};

/** A memory of its own: what is changed in it changes no other. */
export function copyProcess(process: Process): Process {
  const copy = copies[process.kind] as ((one: Process) => Process) | undefined;
  return copy === undefined ? { ...process } : copy(process);
}
