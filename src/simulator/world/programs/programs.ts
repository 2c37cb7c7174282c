import type { Container } from '../container.ts';
import type { Process } from '../process.ts';
import type { ProgramKind } from '../system.ts';
import { imageOf, type World } from '../world.ts';
import { caddy } from './caddy.ts';
import { dashboard } from './dashboard.ts';
import { dbt } from './dbt.ts';
import { flagsServer } from './flags-server.ts';
import { idle } from './idle.ts';
import { nginx } from './nginx-program.ts';
import { postgres } from './postgres-program.ts';
import type { Program } from './program.ts';
import { redis } from './redis.ts';
import { saasguardApi } from './saasguard-api.ts';
import { superset } from './superset.ts';
import { falconWorker } from './worker.ts';

type Programs = {
  readonly [Kind in ProgramKind]: Program<Extract<Process, { readonly kind: Kind }>>;
};

/** All that the world can run. */
const programs: Programs = {
  'falcon-worker': falconWorker,
  nginx,
  redis,
  postgres,
  'saasguard-api': saasguardApi,
  superset,
  dbt,
  idle,
  caddy,
  dashboard,
  'flags-server': flagsServer,
};

/** The program that a process runs. */
export function programOf({ kind }: Pick<Process, 'kind'>): Program<Process> {
  return programs[kind] as Program<Process>;
}

/** Begins the program of a container. */
export function startProgram(world: World, container: Container): Process {
  const own = imageOf(world, container)?.program ?? 'idle';
  // An image may hold more than one program: its command tells which.
  const kind = own === 'idle' && container.command[0] === 'redis-server' ? 'redis' : own;
  return programs[kind].start(world, container);
}

/** When it ends by itself, and how; null for one that stays. */
export function crashOf(
  process: Process,
): { readonly at: number; readonly exitCode: number } | null {
  return 'crash' in process ? process.crash : null;
}

/** Answers a health check of its container. */
export function isWell(process: Process, now: number): boolean {
  return programOf(process).well?.(process, now) ?? now >= process.readyAt;
}
