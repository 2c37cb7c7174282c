import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { createAdminServer } from './admin/server.ts';
import { adminWork, faultOf } from './admin/work.ts';
import type { Engine } from './docker/engine.ts';
import { createEngineServer } from './docker/server.ts';
import { databaseServers } from './host/database-servers.ts';
import { createHost, type Host } from './host/host.ts';
import { publishPorts } from './host/published.ts';
import { speakersOf } from './host/speakers.ts';
import { writeTools } from './shims/write-tools.ts';
import { breakIt } from './systems/break-it.ts';
import { grow } from './systems/grow.ts';
import type { Simulated } from './systems/systems.ts';
import type { Fault } from './world/fault.ts';
import type { SystemDescription } from './world/system.ts';
import type { World } from './world/world.ts';

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

/** A region in a box. */
export interface Simulator {
  readonly host: Host;
  /** The folder of the compose project. */
  readonly projectFolder: string;
  /** Lets something break. @throws Error naming the faults there are */
  fault(id: string): Promise<void>;
  /** Settles when somebody asks it to end. */
  readonly asked: Promise<void>;
  /** Settles when nothing is worked on that takes time of this machine's. */
  atRest(): Promise<void>;
  close(): Promise<void>;
}

/** The names of what a simulator makes in its folder. */
const PLACES = {
  engine: 'docker.sock',
  admin: 'admin.sock',
  tools: 'bin',
  password: 'postgres.password',
  region: 'region.json',
} as const;
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

async function listen(server: Server, path: string): Promise<void> {
  server.listen(path);
  await once(server, 'listening');
  await chmod(path, PRIVATE_FILE);
}

/** Keeps the password of the database where its region's configuration may name it. */
async function writePassword(path: string, { databases }: World): Promise<void> {
  const roles = [...databases.values()].flatMap(({ state }) => state.roles);
  const password = roles.find((role) => role.password !== null)?.password;
  if (password != null) await writeFile(path, password, { mode: PRIVATE_FILE });
}

/** Keeps what a configuration has to say of the region for a console to reach it. */
async function writeRegion(folder: string, { name, project, region = {} }: SystemDescription) {
  const docker = `unix://${join(folder, PLACES.engine)}`;
  // The host below it is not the one the console runs on.
  const text = JSON.stringify({ system: name, project, docker, host: false, ...region });
  await writeFile(join(folder, PLACES.region), text.replaceAll('{folder}', folder));
}

/**
 * Starts a region in a box.
 * @throws Error when its folder cannot be written
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const {
    cacheFolder,
    real = Date.now,
    factor,
    folder,
    listening,
    node,
    seed,
    tablesProgram,
  } = options;
  const { description, faults } = options.system;
  const project = join(folder, description.project);
  await mkdir(project, { recursive: true, mode: PRIVATE_FOLDER });
  const ready = Promise.withResolvers<Engine>();
  // Who asks is told; nobody may ask.
  ready.promise.catch(() => undefined);
  const engine = createEngineServer(ready.promise);
  await listen(engine, join(folder, PLACES.engine));
  await writeRegion(folder, description);
  listening?.();
  await writeTools(join(folder, PLACES.tools), node, join(folder, PLACES.admin));

  const grown = await grow(description, { folder: project, seed, until: real });
  await writePassword(join(folder, PLACES.password), grown.world);
  const host = createHost({ ...grown, factor, real });
  const databases = databaseServers({
    host,
    table: description.table ?? null,
    ...(tablesProgram === undefined ? {} : { program: tablesProgram }),
    ...(cacheFolder === undefined ? {} : { cacheFolder }),
  });
  const published = publishPorts(host, speakersOf(host, databases.speak));
  await published.settled();
  ready.resolve({ host, published, execs: new Map() });
  const asked = Promise.withResolvers<void>();
  const breaks = async (fault: Fault) => {
    if (fault.tables === true) await databases.warm();
    await breakIt(host, project, fault);
  };
  const stop = () => asked.resolve();
  const { scripts = {} } = description;
  const work = adminWork({ host, folder: project, faults, scripts, breaks, stop });
  const admin = createAdminServer(work);
  await listen(admin, join(folder, PLACES.admin));

  return {
    host,
    projectFolder: project,
    fault: (id) => breaks(faultOf(faults, id)),
    asked: asked.promise,
    atRest: databases.atRest,
    async close() {
      engine.closeAllConnections();
      engine.close();
      admin.close();
      await published.close();
      await databases.close();
      host.close();
    },
  };
}
