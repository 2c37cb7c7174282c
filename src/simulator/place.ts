import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DatabaseServers, databaseServers } from './host/database-servers.ts';
import { createHost, type Host } from './host/host.ts';
import { keepHostLog } from './host/host-log.ts';
import { type PublishedPorts, publishPorts, type Speak } from './host/published.ts';
import { speakersOf } from './host/speakers.ts';
import type { Authority } from './outside/certificate.ts';
import { secured } from './outside/secured.ts';
import { PLACES } from './regions.ts';
import { grow } from './systems/grow.ts';
import type { ProgramKind, SystemDescription } from './world/system.ts';

/** What all places of a simulator share. */
export interface Surroundings {
  readonly seed: number;
  readonly factor: number;
  readonly real: () => number;
  readonly authority: Authority;
  readonly tablesProgram?: URL;
  readonly cacheFolder?: string;
}

/** One world that lives, in a folder, with its servers. */
export interface Place {
  readonly host: Host;
  readonly projectFolder: string;
  readonly databases: DatabaseServers;
  readonly published: PublishedPorts;
  /** What each program says on its ports. */
  speakerOf(kind: ProgramKind): Speak | undefined;
  close(): Promise<void>;
}

const PRIVATE_FOLDER = 0o700;

/** Lets a system live in a folder. */
export async function openPlace(
  description: SystemDescription,
  folder: string,
  around: Surroundings,
): Promise<Place> {
  const { authority, cacheFolder, factor, real, seed, tablesProgram } = around;
  const project = join(folder, description.project);
  await mkdir(project, { recursive: true, mode: PRIVATE_FOLDER });
  const grown = await grow(description, { folder: project, seed, until: real });
  const host = createHost({ ...grown, factor, real });
  const endLog = keepHostLog(host, join(folder, PLACES.hostLog));
  const databases = databaseServers({
    host,
    table: description.table ?? null,
    ...(tablesProgram === undefined ? {} : { program: tablesProgram }),
    ...(cacheFolder === undefined ? {} : { cacheFolder }),
  });
  const speakerOf = speakersOf(host, databases.speak, (speak) => secured(host, authority, speak));
  const published = publishPorts(host, speakerOf);
  await published.settled();
  return {
    host,
    projectFolder: project,
    databases,
    published,
    speakerOf,
    async close() {
      await published.close();
      await databases.close();
      host.close();
      await endLog();
    },
  };
}
