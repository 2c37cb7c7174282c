import { setTimeout as setTimer } from 'node:timers';
import { type PostgresFront, postgresFront } from '../postgres/server.ts';
import type { DatabaseChange, DatabaseState, DatabaseWorld } from '../postgres/world.ts';
import type { Container } from '../world/container.ts';
import type { LoggedTable } from '../world/system.ts';
import type { World } from '../world/world.ts';
import type { Host } from './host.ts';
import type { Speak } from './published.ts';

export interface DatabaseServersOptions {
  readonly host: Host;
  /** The table that requests are logged in; null for a system without one. */
  readonly table: LoggedTable | null;
  /** The program of the tables' thread, where it is not beside its own source. */
  readonly program?: URL;
  /** Where an empty cluster is kept from one start to the next. */
  readonly cacheFolder?: string;
}

/** The database servers of a world on their own protocol. */
export interface DatabaseServers {
  readonly speak: Speak;
  /** Starts the tables of every server: it takes longer than a client may wait. */
  warm(): Promise<void>;
  /** Runs SQL on the tables of every server, once they are started. */
  own(text: string): Promise<void>;
  /** Settles when no table is worked on. */
  atRest(): Promise<void>;
  close(): Promise<void>;
}

/** Rows that programs of the world wrote reach the table so often, and so many of them at once. */
const WRITES_EVERY_MS = 500;
const ROWS_AT_ONCE = 100;

function serverOn(world: World, volume: string): Container | null {
  const serves = ({ process }: Container) =>
    process?.kind === 'postgres' && process.volume === volume;
  return [...world.containers.values()].find(serves) ?? null;
}

function stateOn(world: World, volume: string): DatabaseState {
  const state = world.databases.get(volume)?.state;
  if (state === undefined) throw new Error(`there is no data on ${volume}`);
  const hung = serverOn(world, volume)?.state === 'paused';
  return hung ? { ...state, presence: 'hung' } : state;
}

/** The part of the world that a front shows. */
function databaseWorld(host: Host, volume: string): DatabaseWorld & { close(): void } {
  const listeners = new Set<(change: DatabaseChange) => void>();
  const tell = (change: DatabaseChange) => {
    for (const listener of [...listeners]) listener(change);
  };
  let paused = false;
  let known: DatabaseState | undefined;
  const close = host.watch((world) => {
    const now = serverOn(world, volume)?.state === 'paused';
    const locks = world.databases.get(volume)?.state;
    const same = known?.locks === locks?.locks && known?.sessions.length === locks?.sessions.length;
    known = locks;
    // Who waits for a lock, or for a server that is frozen, looks again.
    if (!same || now !== paused) tell({ kind: 'told', patch: {} });
    paused = now;
  });
  return {
    get state() {
      return stateOn(host.world(), volume);
    },
    now: () => host.world().now,
    after(delayMs, run) {
      const timer = setTimer(run, host.clock.lasts(delayMs));
      timer.unref();
      return { cancel: () => clearTimeout(timer) };
    },
    apply(change) {
      const container = serverOn(host.world(), volume)?.id;
      if (container === undefined) return;
      host.change({ kind: 'postgres', container, change });
      tell(change);
    },
    watch(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close,
  };
}

interface Server {
  readonly front: PostgresFront;
  close(): Promise<void>;
}

/** Hands on what programs of the world have written, with the times between the last row and now. */
function follow(host: Host, volume: string, front: PostgresFront, table: LoggedTable): () => void {
  let { written = 0 } = host.world().databases.get(volume) ?? {};
  let since = host.world().now;
  let busy = false;
  const write = async () => {
    const { databases, now } = host.world();
    const total = databases.get(volume)?.written ?? written;
    if (busy || total === written) return;
    busy = true;
    const rows = Math.min(ROWS_AT_ONCE, total - written);
    const text = table.insert({ first: written, rows, fromMs: since, toMs: now });
    written = total;
    since = now;
    await front.own(text).catch(() => undefined);
    busy = false;
  };
  const timer = setInterval(() => void write(), WRITES_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Serves every database of a world; a server is made when somebody first dials it. */
export function databaseServers(options: DatabaseServersOptions): DatabaseServers {
  const { cacheFolder, host, program, table } = options;
  const servers = new Map<string, Server>();
  const make = (volume: string): Server => {
    const world = databaseWorld(host, volume);
    const tables =
      table === null
        ? null
        : {
            seed: table.seed,
            ...(program === undefined ? {} : { program }),
            ...(cacheFolder === undefined ? {} : { cacheFolder }),
          };
    const front = postgresFront({ world, tables });
    const end = table === null ? () => undefined : follow(host, volume, front, table);
    const close = async () => {
      end();
      world.close();
      await front.close();
    };
    return { front, close };
  };
  const serverOf = (volume: string): Server => {
    const found = servers.get(volume) ?? make(volume);
    servers.set(volume, found);
    return found;
  };
  return {
    speak(socket, id) {
      const process = host.world().containers.get(id)?.process;
      if (process?.kind !== 'postgres') return void socket.destroy();
      serverOf(process.volume).front.accept(socket);
    },
    async warm() {
      for (const volume of host.world().databases.keys()) await serverOf(volume).front.warm();
    },
    async atRest() {
      for (const { front } of servers.values()) await front.atRest();
    },
    async own(text) {
      for (const { front } of servers.values()) await front.own(text);
    },
    async close() {
      await Promise.all([...servers.values()].map((server) => server.close()));
    },
  };
}
