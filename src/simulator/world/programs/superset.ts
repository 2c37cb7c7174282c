import type { Container } from '../container.ts';
import type { HttpAnswer } from '../http.ts';
import { around } from '../random.ts';
import { log, type World } from '../world.ts';
import type { Program } from './program.ts';

/** The memory of a Superset, whose dashboards lie in a database on its volume. */
export interface SupersetProcess {
  readonly kind: 'superset';
  readonly startedAt: number;
  readonly readyAt: number;
  /** The database on its volume cannot be read. */
  readonly corrupted: boolean;
  /** A session of its own holds the database, and will not let go. */
  stuck: boolean;
  /** When it last told of its trouble. */
  toldAt: number;
}

const BYTES = 420 * 1024 * 1024;
const START_MS = 15_000;
const HOME = '/app/superset_home';
const PORT = 8088;
/** How often somebody opens a dashboard, and it has to tell what is wrong. */
const TELLS_EVERY_MS = 5000;

const WORDS = {
  corrupted: 'sqlite3.DatabaseError: database disk image is malformed',
  stuck: 'sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) database is locked',
} as const;

const trouble = ({ corrupted, stuck }: SupersetProcess) =>
  corrupted ? WORDS.corrupted : stuck ? WORDS.stuck : null;

function say(world: World, container: Container, level: string, words: string): void {
  const stamp = new Date(world.now).toISOString().replace('T', ' ').replace('Z', '');
  log(world, container, `${stamp}:${level}:superset.app:${words}`, { stream: 'stderr' });
}

function answer(process: SupersetProcess): HttpAnswer {
  const type = { 'content-type': 'text/html; charset=utf-8' };
  if (trouble(process) === null) return { status: 200, headers: type, body: 'OK', tookMs: 20 };
  return { status: 500, headers: type, body: 'Internal Server Error', tookMs: 30 };
}

export const superset: Program<SupersetProcess> = {
  start(world, container) {
    const volume = container.volumes.find(([, to]) => to === HOME)?.[0] ?? '';
    const corrupted = world.volumes.get(volume)?.corrupted ?? false;
    say(world, container, 'INFO', 'Loaded your LOCAL configuration');
    const at = world.now;
    const readyAt = at + around(world, START_MS, 0.1);
    return { kind: 'superset', startedAt: at, readyAt, corrupted, stuck: false, toldAt: 0 };
  },
  tick(world, container, process) {
    const words = trouble(process);
    if (words === null || world.now < process.readyAt) return;
    if (world.now - process.toldAt < TELLS_EVERY_MS) return;
    process.toldAt = world.now;
    say(world, container, 'ERROR', words);
  },
  bytes: () => BYTES,
  pids: () => 12,
  well: (process, now) => now >= process.readyAt && trouble(process) === null,
  serve: (_world, _container, process, { path, port }) => {
    if (port !== PORT) return null;
    if (path === '/health') return answer(process);
    return { status: 302, headers: { location: '/login/' }, body: '', tookMs: 12 };
  },
};
