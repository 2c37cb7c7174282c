import type { Container } from '../container.ts';
import { around } from '../random.ts';
import { log, type World } from '../world.ts';
import { databaseOf, type PostgresProcess, startedPostgres, tickPostgres } from './postgres.ts';
import { bearBurdens } from './postgres-burdens.ts';
import type { Program } from './program.ts';

const MIB = 1024 * 1024;
const BASE_BYTES = 48 * MIB;
const NO_MEMORY = 'could not map anonymous shared memory: Cannot allocate memory';
const SESSION_BYTES = 2 * MIB;

function start(world: World, container: Container): PostgresProcess {
  const said = (words: string) => `${new Date(world.now).toISOString()} [1] LOG:  ${words}`;
  const stream = 'stderr';
  const readyAt = world.now + around(world, 2000, 0.1);
  log(world, container, said('starting PostgreSQL 15.6 on x86_64-pc-linux-musl'), { stream });
  const process = startedPostgres(world, container, readyAt);
  const { at, words } =
    process.crash === null
      ? { at: readyAt, words: said('database system is ready to accept connections') }
      : { at: process.crash.at, words: said(NO_MEMORY).replace('LOG', 'FATAL') };
  log(world, container, words, { stream, at });
  return process;
}

const sessions = (world: World, process: PostgresProcess) =>
  databaseOf(world, process).state.sessions.length;

export const postgres: Program<PostgresProcess> = {
  start,
  tick(world, container, process) {
    tickPostgres(world, process);
    bearBurdens(world, container, process);
  },
  bytes: (world, process) => BASE_BYTES + sessions(world, process) * SESSION_BYTES,
  pids: (world, process) => 6 + sessions(world, process),
  children: (world, _container, process) =>
    Array.from({ length: 5 + sessions(world, process) }, () => 'postgres: worker'),
};
