import * as z from 'zod';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import type { DockerClient } from './client.ts';
import { diskOf } from './engine-calls.ts';
import { totalBytes, unusedOf } from './prune-plan.ts';

const part = z.object({ count: z.number(), sizeBytes: z.number(), reclaimableBytes: z.number() });

const sum = (entries: readonly { readonly sizeBytes: number }[]) =>
  entries.reduce((total, { sizeBytes }) => total + sizeBytes, 0);

/** `docker.disk`: what the engine's things take, and what of it nobody uses. Slow where there is much. */
export function diskProbe(connect: () => DockerClient): Probe {
  return defineProbe({
    id: 'docker.disk',
    title: 'Disk use of the engine',
    input: z.strictObject({}),
    result: z.object({
      images: part,
      containers: part,
      volumes: part,
      buildCache: part,
      /** What `docker.prune` takes with `all`; volumes are no part of it. */
      reclaimableBytes: z.number(),
      /** Of it untagged images alone. */
      untaggedBytes: z.number(),
    }),
    command: () => 'docker system df',
    async read(_input, context) {
      const disk = await diskOf(connect(), context.signal);
      const unused = (kind: 'images' | 'containers' | 'build-cache') =>
        totalBytes(unusedOf(disk, kind, true));
      const reclaimable = {
        images: unused('images'),
        containers: unused('containers'),
        cache: unused('build-cache'),
      };
      const { images, containers, volumes, buildCache } = disk;
      return {
        images: {
          count: images.length,
          sizeBytes: disk.layersBytes,
          reclaimableBytes: reclaimable.images,
        },
        containers: {
          count: containers.length,
          sizeBytes: sum(containers),
          reclaimableBytes: reclaimable.containers,
        },
        volumes: {
          count: volumes.length,
          sizeBytes: sum(volumes),
          reclaimableBytes: sum(volumes.filter(({ used }) => !used)),
        },
        buildCache: {
          count: buildCache.length,
          sizeBytes: sum(buildCache),
          reclaimableBytes: reclaimable.cache,
        },
        reclaimableBytes: reclaimable.images + reclaimable.containers + reclaimable.cache,
        untaggedBytes: totalBytes(unusedOf(disk, 'images', false)),
      };
    },
  });
}
