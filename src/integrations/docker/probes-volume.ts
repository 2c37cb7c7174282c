import * as z from 'zod';
import { shellWord } from '../../domain/shell-word.ts';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import type { DockerClient } from './client.ts';
import { listVolumes, usersOf, volumeOf } from './volumes.ts';

/** The input that names a volume: the role whose project has it, and its name in the compose file. */
export const volumeInput = {
  service: z.string().min(1).describe('a role of the project the volume belongs to'),
  volume: z
    .string()
    .regex(/^[\dA-Za-z][\w.-]{0,254}$/, 'must be the name of a volume')
    .describe('its name in the compose file, without the project'),
};

/** `docker.volume`: whether a volume of a project is there, and who uses it. */
export function volumeProbe(connect: () => DockerClient): Probe {
  return defineProbe({
    id: 'docker.volume',
    title: 'Volume of a project',
    input: z.strictObject(volumeInput),
    result: z.object({
      /** It is there. */
      found: z.boolean(),
      /** The engine's name of it; the one compose would give where it is not there. */
      name: z.string(),
      driver: z.string().nullable(),
      createdAt: z.string().nullable(),
      mountpoint: z.string().nullable(),
      /** Containers that use it, stopped ones included. */
      usedBy: z.array(z.string()),
    }),
    command: ({ service, volume }, context) =>
      `docker volume inspect ${shellWord(`${context.bind(service).project}_${volume}`)}`,
    async read({ service, volume }, context) {
      const client = connect();
      const { project } = context.bind(service);
      const found = volumeOf(await listVolumes(client, context.signal), project, volume);
      if (found === null) {
        const none = { driver: null, createdAt: null, mountpoint: null, usedBy: [] };
        return { found: false, name: `${project}_${volume}`, ...none };
      }
      const users = await usersOf(client, found.name, context.signal);
      const { name, driver, createdAt, mountpoint } = found;
      const usedBy = users.map((one) => one.name);
      return { found: true, name, driver, createdAt, mountpoint, usedBy };
    },
  });
}
