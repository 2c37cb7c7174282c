import { once } from 'node:events';
import { chmod, mkdir } from 'node:fs/promises';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { createAdminServer } from './admin/server.ts';
import { adminWork, faultOf } from './admin/work.ts';
import type { Engine } from './docker/engine.ts';
import { createEngineServer } from './docker/server.ts';
import { createHost, type Host } from './host/host.ts';
import { publishPorts } from './host/published.ts';
import { speakFalcon } from './http/falcon.ts';
import { speakRedis } from './redis/server.ts';
import { writeTools } from './shims/write-tools.ts';
import { breakIt } from './systems/break-it.ts';
import { grow } from './systems/grow.ts';
import type { Simulated } from './systems/systems.ts';

/** Where a simulator lives, and what it simulates. */
export interface SimulatorOptions {
  /** A private folder; all it makes lies in it. */
  readonly folder: string;
  readonly system: Simulated;
  readonly seed: number;
  /** How many times as fast as everybody else's its time goes. */
  readonly factor: number;
  /** The Node that runs the tools on its private PATH. */
  readonly node: string;
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
  close(): Promise<void>;
}

/** The names of what a simulator makes in its folder. */
const PLACES = { engine: 'docker.sock', admin: 'admin.sock', tools: 'bin' } as const;
const PRIVATE_FOLDER = 0o700;
const PRIVATE_SOCKET = 0o600;

async function listen(server: Server, path: string): Promise<void> {
  server.listen(path);
  await once(server, 'listening');
  await chmod(path, PRIVATE_SOCKET);
}

/**
 * Starts a region in a box.
 * @throws Error when its folder cannot be written
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { factor, folder, listening, node, seed } = options;
  const { description, faults } = options.system;
  const project = join(folder, description.project);
  await mkdir(project, { recursive: true, mode: PRIVATE_FOLDER });
  const ready = Promise.withResolvers<Engine>();
  // Who asks is told; nobody may ask.
  ready.promise.catch(() => undefined);
  const engine = createEngineServer(ready.promise);
  await listen(engine, join(folder, PLACES.engine));
  listening?.();
  await writeTools(join(folder, PLACES.tools), node, join(folder, PLACES.admin));

  const grown = await grow(description, { folder: project, seed, until: Date.now });
  const host = createHost({ ...grown, factor });
  const http = speakFalcon(host);
  const published = publishPorts(host, [
    { kind: 'redis', speak: speakRedis(host) },
    { kind: 'nginx', speak: http },
    { kind: 'falcon-worker', speak: http },
  ]);
  await published.settled();
  ready.resolve({ host, published, execs: new Map() });
  const asked = Promise.withResolvers<void>();
  const work = adminWork({ host, folder: project, faults, stop: () => asked.resolve() });
  const admin = createAdminServer(work);
  await listen(admin, join(folder, PLACES.admin));

  return {
    host,
    projectFolder: project,
    fault: (id) => breakIt(host, project, faultOf(faults, id)),
    asked: asked.promise,
    async close() {
      engine.closeAllConnections();
      engine.close();
      admin.close();
      await published.close();
      host.close();
    },
  };
}
