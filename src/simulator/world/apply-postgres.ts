import type { DatabaseChange } from '../postgres/world.ts';
import { type Change, refuse, type Told } from './change.ts';
import { databaseOf, moveDatabase, type PostgresProcess } from './programs/postgres.ts';
import { containerBy, log, type World } from './world.ts';

type Sessions = Extract<Change, { readonly kind: 'postgres-sessions' }>;

function begin(world: World, process: PostgresProcess, wanted: Sessions): void {
  const { count, session, forMs, holds } = wanted;
  const since = world.now - forMs;
  for (let n = 0; n < count; n += 1) {
    const { state } = databaseOf(world, process);
    const pid = state.nextPid;
    const times = { backendStart: since - 1000, queryStart: since, stateChange: since };
    const database = state.databases[0]?.name ?? 'postgres';
    const own = { pid, database, client: '172.18.0.20', transactionStart: since, ...times };
    moveDatabase(world, process, { kind: 'connect', session: { ...session, ...own } });
    if (holds !== undefined)
      moveDatabase(world, process, { kind: 'lock', lock: { pid, ...holds } });
  }
}

/** What follows in the world from what was done to a server: room that a vacuum gives back, for one. */
function follow(world: World, process: PostgresProcess, change: DatabaseChange): void {
  const database = databaseOf(world, process);
  if (change.kind === 'wrote' && change.how === 'delete') {
    const dead = database.dead + change.rows;
    world.databases.set(process.volume, { ...database, dead });
  }
  if (change.kind === 'vacuumed' && database.dead > 0) {
    world.databases.set(process.volume, { ...database, dead: 0 });
    moveDatabase(world, process, { kind: 'told', patch: { diskFull: false } });
  }
}

/** Applies a change of a Postgres; null where it is about something else. */
export function applyToPostgres(world: World, change: Change): Told | null {
  const about = ['postgres', 'postgres-sessions', 'database-data', 'replay'].includes(change.kind);
  if (!about || !('container' in change)) return null;
  const container = containerBy(world, change.container);
  const process = container?.process;
  if (container === null || process?.kind !== 'postgres') {
    return refuse(409, 'it is no running Postgres');
  }
  if (change.kind === 'postgres-sessions') begin(world, process, change);
  if (change.kind === 'database-data') {
    const database = databaseOf(world, process);
    world.databases.set(process.volume, { ...database, lost: change.lost });
  }
  if (change.kind === 'replay') {
    const { following } = databaseOf(world, process).state;
    if (following === null) return refuse(409, 'it is no standby');
    const patch = { following: { ...following, paused: change.paused } };
    moveDatabase(world, process, { kind: 'told', patch });
  }
  if (change.kind === 'postgres') {
    moveDatabase(world, process, change.change);
    follow(world, process, change.change);
    if (change.change.kind === 'told' && change.change.patch.diskFull === true) {
      const words = 'ERROR:  could not extend file "base/16384/16397": No space left on device';
      const line = `${new Date(world.now).toISOString()} [77] ${words}`;
      log(world, container, line, { stream: 'stderr' });
    }
  }
  return {};
}
