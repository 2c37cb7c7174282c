import * as z from 'zod';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import type { DockerClient } from './client.ts';
import { hostOf } from './engine-calls.ts';

/** `docker.host`: how large the engine's host is. */
export function hostProbe(connect: () => DockerClient): Probe {
  return defineProbe({
    id: 'docker.host',
    title: 'Size of the host of the engine',
    input: z.strictObject({}),
    result: z.object({ cpus: z.number(), memoryBytes: z.number() }),
    command: () => "docker info --format '{{.NCPU}} {{.MemTotal}}'",
    read: (_input, context) => hostOf(connect(), context.signal),
  });
}
