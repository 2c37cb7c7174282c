import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outside } from './outside/outside.ts';
import type { SystemDescription } from './world/system.ts';
import type { World } from './world/world.ts';

/** The names of what a simulator makes in the folder of each place. */
export const PLACES = {
  engine: 'docker.sock',
  admin: 'admin.sock',
  tools: 'bin',
  password: 'postgres.password',
  regions: 'regions.json',
  hostLog: 'log/syslog',
} as const;
export const PRIVATE_FILE = 0o600;

/** Keeps the password of the database where its region's configuration may name it. */
export async function writePassword(folder: string, { databases }: World): Promise<void> {
  const roles = [...databases.values()].flatMap(({ state }) => state.roles);
  const password = roles.find((role) => role.password !== null)?.password;
  if (password == null) return;
  await writeFile(join(folder, PLACES.password), password, { mode: PRIVATE_FILE });
}

/** A place that a console can look at. */
export interface Told {
  readonly name: string;
  readonly folder: string;
  readonly description: SystemDescription;
}

/**
 * Keeps what a configuration has to say of the regions for a console to reach them, the first of them the one
 * it opens; one without a name is given it by who writes the configuration.
 * @param programs of this host's that faults may start, by their names
 */
export async function writeRegions(
  folder: string,
  places: readonly Told[],
  outside: Outside | null,
  programs: readonly string[],
): Promise<void> {
  // The host is the one the console runs on: of it only what the simulator has started may be touched.
  const except = programs.map((name) => `process:* ${name}`);
  const forbid = [{ action: 'host.*', except, why: 'this host is not simulated' }];
  const entries = places.map(({ description, folder: own, name }) => {
    const { name: system, project, region = {} } = description;
    const docker = `unix://${join(own, PLACES.engine)}`;
    const logs = [{ name: 'syslog', file: join(own, PLACES.hostLog) }];
    // The load and disks below it are not those of the host that the console runs on.
    const whole = { system, project, docker, host: false, logs, forbid, ...region };
    const text = JSON.stringify(whole).replaceAll('{folder}', own);
    return [name, JSON.parse(outside?.filled(text) ?? text)] as const;
  });
  await writeFile(join(folder, PLACES.regions), JSON.stringify(Object.fromEntries(entries)));
}
