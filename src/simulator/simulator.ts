import { once } from 'node:events';
import { chmod, mkdir } from 'node:fs/promises';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { createAdminServer } from './admin/server.ts';
import { adminWork, faultOf } from './admin/work.ts';
import type { Engine } from './docker/engine.ts';
import { createEngineServer } from './docker/server.ts';
import type { Host } from './host/host.ts';
import { type HostProgram, startHostProgram } from './host/host-program.ts';
import { follow } from './host/standby.ts';
import { createAuthority } from './outside/certificate.ts';
import { openOutside } from './outside/outside.ts';
import { openPlace, type Place } from './place.ts';
import { PLACES, PRIVATE_FILE, type Told, writePassword, writeRegions } from './regions.ts';
import { writeTools } from './shims/write-tools.ts';
import { breakIt } from './systems/break-it.ts';
import type { Simulated } from './systems/systems.ts';
import type { Fault } from './world/fault.ts';
import type { ProjectFiles } from './world/system.ts';

/** Where a simulator lives, and what it simulates. */
export interface SimulatorOptions {
  /** A private folder; all it makes lies in it. */
  readonly folder: string;
  readonly system: Simulated;
  readonly seed: number;
  /** How many times as fast as everybody else's its time goes. */
  readonly factor: number;
  /** Everybody else's clock. */
  readonly real?: () => number;
  /** The Node that runs the tools on its private PATH. */
  readonly node: string;
  /** The program of the thread that holds tables; beside its own source unless told. */
  readonly tablesProgram?: URL;
  /** Where an empty cluster of tables is kept from one simulator to the next. */
  readonly cacheFolder?: string;
  /** Told as soon as its engine can be asked; it answers when its containers run. */
  readonly listening?: () => void;
}

/** A region in a box, and what stands beside it. */
export interface Simulator {
  readonly host: Host;
  /** The folder of the compose project. */
  readonly projectFolder: string;
  /** Lets something break. @throws Error naming the faults there are */
  fault(id: string): Promise<void>;
  /** Settles when somebody asks it to end. */
  readonly asked: Promise<void>;
  /** Lets every place be as it is at this moment. @returns how many wait for one to be as they want it */
  look(): number;
  /** Settles when nothing is worked on that takes time of this machine's. */
  atRest(): Promise<void>;
  close(): Promise<void>;
}

const PRIVATE_FOLDER = 0o700;
/** What a standby elsewhere replays, bytes a second. */
const REPLAYED_BYTES = 24 * 1024 * 1024;

async function listen(server: Server, path: string): Promise<void> {
  server.listen(path);
  await once(server, 'listening');
  await chmod(path, PRIVATE_FILE);
}

/** A place whose engine is listened for before it is there. */
interface Awaited extends Told {
  readonly engine: Server & { closeAllConnections(): void };
  ready(place: Place): void;
}

async function awaited(told: Told): Promise<Awaited> {
  await mkdir(told.folder, { recursive: true, mode: PRIVATE_FOLDER });
  const ready = Promise.withResolvers<Engine>();
  // Who asks is told; nobody may ask.
  ready.promise.catch(() => undefined);
  const engine = createEngineServer(ready.promise);
  await listen(engine, join(told.folder, PLACES.engine));
  const resolve = ({ host, published }: Place) =>
    ready.resolve({ host, published, execs: new Map() });
  return { ...told, engine, ready: resolve };
}

/** The region itself, and its neighbours. */
function placesOf({ folder, system }: SimulatorOptions): readonly Told[] {
  const { description, neighbours = [], region = '' } = system;
  const others = neighbours.map(({ description: own, name }) => ({
    name,
    folder: join(folder, name),
    description: own,
  }));
  return [{ name: region, folder, description }, ...others];
}

function hangUp(engine: Awaited['engine']): void {
  engine.closeAllConnections();
  engine.close();
}

/** Lets what breaks at several places break at each of them. @param programs those of the host that it starts */
function breaker(
  home: Place,
  places: ReadonlyMap<string, Place>,
  all: readonly Awaited[],
  programs: HostProgram[],
) {
  return async (fault: Fault) => {
    if (fault.tables === true || fault.sql !== undefined) await home.databases.warm();
    if (fault.sql !== undefined) await home.databases.own(fault.sql);
    if (fault.program === undefined) await breakIt(home.host, home.projectFolder, fault);
    else {
      const program = await startHostProgram(home.host, fault.program);
      programs.push(program);
      await breakIt(home.host, home.projectFolder, { ...fault, files: filled(fault, program) });
    }
    for (const [name, changes] of Object.entries(fault.elsewhere ?? {})) {
      const place = places.get(name);
      if (place === undefined) throw new Error(`${fault.id}: there is no ${name}`);
      await breakIt(place.host, place.projectFolder, { id: fault.id, changes });
    }
    for (const { engine, name } of all) if (fault.lost?.includes(name)) hangUp(engine);
  };
}

/** The files of a fault, with the port that a program of the host holds. */
function filled({ files = {} }: Fault, { port }: HostProgram): ProjectFiles {
  return JSON.parse(JSON.stringify(files).replaceAll('{port}', String(port)));
}

/** Lets the standby among the neighbours follow the region's database. @returns parts them */
function followers({ neighbours = [] }: Simulated, home: Place, places: Map<string, Place>) {
  const [standby] = neighbours.filter(({ as }) => as === 'standby');
  const place = standby === undefined ? undefined : places.get(standby.name);
  if (standby === undefined || place === undefined) return () => undefined;
  const sender = { senderHost: 'postgres', senderPort: 5432 };
  const link = { application: standby.name, client: '198.51.100.200', ...sender };
  return follow(home.host, place.host, { ...link, bytesPerSecond: REPLAYED_BYTES });
}

/**
 * Starts a region in a box.
 * @throws Error when its folder cannot be written
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { factor, folder, listening, node, real = Date.now, seed, system } = options;
  const { faults, neighbours = [], region = '' } = system;
  const authority = createAuthority(real());
  const told = placesOf(options);
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  const names = neighbours.length === 0 ? [] : told.map(({ name }) => name);
  const outside = await openOutside(region, names, folder, authority);
  const all: Awaited[] = [];
  for (const one of told) all.push(await awaited(one));
  const standbys = neighbours.flatMap(({ as, name }) => (as === 'standby' ? [name] : []));
  const listed = told.filter(({ name }) => !standbys.includes(name));
  const startable = faults.flatMap(({ program }) => program ?? []);
  await writeRegions(folder, listed, outside, startable);
  listening?.();
  await writeTools(join(folder, PLACES.tools), node, join(folder, PLACES.admin));

  const places = new Map<string, Place>();
  for (const one of all) {
    const { tablesProgram, cacheFolder } = options;
    const place = await openPlace(one.description, one.folder, {
      ...{ seed, factor, real, authority },
      ...(tablesProgram === undefined ? {} : { tablesProgram }),
      ...(cacheFolder === undefined ? {} : { cacheFolder }),
    });
    await writePassword(one.folder, place.host.world());
    places.set(one.name, place);
    one.ready(place);
  }
  const home = places.get(region);
  if (home === undefined) throw new Error('the region itself is not there');
  outside.leadTo(places);
  const part = followers(system, home, places);
  const asked = Promise.withResolvers<void>();
  const programs: HostProgram[] = [];
  const breaks = breaker(home, places, all, programs);
  const stop = () => asked.resolve();
  const { scripts = {} } = system.description;
  const { host, projectFolder } = home;
  const work = adminWork({
    ...{ host, root: folder, folder: projectFolder, faults, scripts, breaks, stop },
  });
  const admin = createAdminServer(work);
  await listen(admin, join(folder, PLACES.admin));

  return {
    host,
    projectFolder,
    fault: (id) => breaks(faultOf(faults, id)),
    asked: asked.promise,
    look() {
      const hosts = [...places.values()].map((place) => place.host);
      for (const one of hosts) one.world();
      return hosts.reduce((sum, one) => sum + one.waiting, 0);
    },
    async atRest() {
      await Promise.all([...places.values()].map(({ databases }) => databases.atRest()));
    },
    async close() {
      part();
      for (const program of programs) program.end();
      outside.close();
      admin.close();
      for (const { engine } of all) hangUp(engine);
      for (const place of places.values()) await place.close();
    },
  };
}
