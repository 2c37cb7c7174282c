import type { Container } from '../container.ts';
import type { Process } from '../process.ts';
import { around, hex } from '../random.ts';
import { expireSome } from '../redis/database.ts';
import { startedRedis, usedBytes } from '../redis/state.ts';
import { imageOf, log, type World } from '../world.ts';
import { startIdle } from './idle.ts';
import { databaseOf, type PostgresProcess, startedPostgres, tickPostgres } from './postgres.ts';
import { endWorker, startWorker, tickWorker, workerBytes } from './worker.ts';

const MIB = 1024 * 1024;
const NGINX_BYTES = 9 * MIB;
const POSTGRES_BYTES = 48 * MIB;
const IDLE_BYTES = MIB;

function startRedis(world: World, container: Container): Process {
  const born = {
    at: world.now,
    readyAt: world.now + around(world, 300, 0.1),
    runId: hex(world, 40),
    pid: 1,
  };
  const said = (words: string) => `1:M ${new Date(world.now).toISOString()} * ${words}`;
  log(world, container, said('Redis version=7.2.4, bits=64, commit=00000000, pid=1, just started'));
  log(world, container, said('Server initialized'));
  log(world, container, said('Ready to accept connections tcp'));
  return startedRedis(container.command, born);
}

function startPostgres(world: World, container: Container): Process {
  const said = (words: string) => `${new Date(world.now).toISOString()} [1] LOG:  ${words}`;
  const stream = 'stderr';
  const readyAt = world.now + around(world, 2000, 0.1);
  log(world, container, said('starting PostgreSQL 15.6 on x86_64-pc-linux-musl'), { stream });
  const words = said('database system is ready to accept connections');
  log(world, container, words, { stream, at: readyAt });
  return startedPostgres(world, container, readyAt);
}

/** Begins the program of a container. */
export function startProgram(world: World, container: Container): Process {
  const own = imageOf(world, container)?.program ?? 'idle';
  // An image may hold more than one program: its command tells which.
  const program = own === 'idle' && container.command[0] === 'redis-server' ? 'redis' : own;
  const at = world.now;
  switch (program) {
    case 'falcon-worker':
      return startWorker(world, container);
    case 'redis':
      return startRedis(world, container);
    case 'postgres':
      return startPostgres(world, container);
    case 'nginx':
      return {
        kind: 'nginx',
        startedAt: at,
        readyAt: at + around(world, 200, 0.1),
        members: null,
        peers: new Map(),
        requests: 0,
      };
    case 'idle':
      return startIdle(world, container);
  }
}

/** What a program does by itself as time passes. */
export function tickProgram(world: World, container: Container, process: Process): void {
  if (process.kind === 'falcon-worker') tickWorker(world, container, process);
  if (process.kind === 'postgres') tickPostgres(world, process);
  if (process.kind === 'redis') {
    expireSome(process, world.now, world);
    for (const { service, clients, commandMs } of world.burdens) {
      if (service !== container.service || clients === 0) continue;
      container.cpuMs += Math.min(1, clients * commandMs) * 90;
    }
  }
}

/** What a program writes and does when it is asked to end. */
export function endProgram(world: World, container: Container, process: Process): void {
  if (process.kind === 'falcon-worker') endWorker(world, container, process);
  if (process.kind === 'redis') {
    const at = new Date(world.now).toISOString();
    log(world, container, `1:signal-handler (${at}) Received SIGTERM scheduling shutdown...`);
    log(world, container, `1:M ${at} # Redis is now ready to exit, bye bye...`);
  }
}

function sessionsOf(world: World, process: PostgresProcess): number {
  return databaseOf(world, process).state.sessions.length;
}

/** What a program takes of the memory. */
export function bytesOf(world: World, process: Process): number {
  switch (process.kind) {
    case 'falcon-worker':
      return workerBytes(process);
    case 'redis':
      return Math.round(usedBytes(process) * 1.08) + 8 * MIB;
    case 'postgres':
      return POSTGRES_BYTES + sessionsOf(world, process) * 2 * MIB;
    case 'nginx':
      return NGINX_BYTES;
    case 'idle':
      return IDLE_BYTES;
  }
}

/** How many processes and threads it has. */
export function pidsOf(world: World, process: Process): number {
  if (process.kind === 'falcon-worker') return 14;
  if (process.kind === 'postgres') return 6 + sessionsOf(world, process);
  return process.kind === 'redis' ? 6 : process.kind === 'nginx' ? 5 : 1;
}

/** Answers a health check of its container. */
export function isWell(process: Process, now: number): boolean {
  if (process.kind === 'falcon-worker') return process.crash === null && now >= process.readyAt;
  return now >= process.readyAt;
}
