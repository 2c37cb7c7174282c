import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { wait } from '../../domain/clock.ts';
import { formatBytes } from '../../domain/format.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { shellWords } from '../../domain/shell-word.ts';
import type { Probe, RunContext } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import { askDisk } from './client.ts';
import { diskOf } from './disks.ts';
import { folderSizes } from './folder-sizes.ts';
import { absolutePath, type HostAccess, onlyHere, pathFailure } from './here.ts';
import { mountOf } from './mount-of.ts';
import { realFolder } from './old-files.ts';

const ANSWER_LIMIT_MS = 2000;
const MAX_WITHIN_MS = 8000;
const MAX_SHOWN = 10;

const input = z.strictObject({
  path: absolutePath.default('/'),
  withinMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(MAX_WITHIN_MS)
    .default(2000)
    .describe('How long the largest folders are looked for; 0 looks for none.'),
});

const result = z.object({
  path: z.string(),
  mount: z.string(),
  device: z.string(),
  type: z.string(),
  sizeBytes: z.number(),
  usedBytes: z.number(),
  /** What an unprivileged process may still use. */
  freeBytes: z.number(),
  freeHuman: z.string(),
  /** As df tells it, 0 to 1. */
  used: z.number(),
  /** 0 to 1; null for file systems without a fixed number. */
  inodesUsed: z.number().nullable(),
  /** The ten largest of what is directly in the path. */
  largest: z.array(
    z.object({ path: z.string(), bytes: z.number(), human: z.string(), files: z.number() }),
  ),
  /** False when the sizes are those of what could be reached in the time. */
  complete: z.boolean(),
});

/** The real path, and how full its file system is; one that does not answer holds up nothing else. */
async function asked(named: string, context: RunContext) {
  const stop = new AbortController();
  const limit = AbortSignal.any([context.signal, stop.signal]);
  const silent = wait(context.clock, ANSWER_LIMIT_MS, limit);
  const answering = (async () => {
    const path = await realFolder(named);
    return { path, told: await askDisk('/', path) };
  })();
  try {
    const answer = await Promise.race([answering, silent]);
    if (answer !== undefined) return answer;
  } catch (thrown) {
    context.signal.throwIfAborted();
    throw pathFailure(thrown, named);
  } finally {
    stop.abort();
    silent.catch(() => undefined);
    answering.catch(() => undefined);
  }
  const message = `The file system of ${named} does not answer`;
  throw new OperatorError('timeout', message, 'see whether its server or its disk is gone');
}

/** `host.disk`: how full the file system of a path on this host is, and what takes the room. */
export function diskProbe(host: HostAccess): Probe {
  return defineProbe({
    id: 'host.disk',
    title: 'Room on a disk of this host',
    input,
    result,
    command: ({ path }) => `${shellWords(['df', path])}; ${shellWords(['du', '-xd1', path])}`,
    async read({ path: named, withinMs }, context) {
      onlyHere(host);
      const { path, told } = await asked(named, context);
      const mount = mountOf(await readFile('/proc/self/mountinfo', 'utf8'), path);
      const { device = '', path: at = path, type = '' } = mount ?? {};
      const disk = diskOf({ path: at, device, type, remote: false }, told);
      if (disk === null) {
        const mend = 'name a path on a disk';
        throw new OperatorError('failed', `${path} is on a file system without a size`, mend);
      }
      const none = { largest: [], complete: true };
      const sizes =
        withinMs === 0
          ? none
          : await folderSizes(path, withinMs, context.clock, context.signal).catch((thrown) => {
              context.signal.throwIfAborted();
              throw pathFailure(thrown, path);
            });
      const { freeBytes, inodesUsed, sizeBytes, used, usedBytes } = disk;
      return {
        path: sanitizeLine(path),
        mount: disk.mount,
        device: sanitizeLine(disk.device),
        type,
        sizeBytes,
        usedBytes,
        freeBytes,
        freeHuman: formatBytes(freeBytes),
        used,
        inodesUsed,
        largest: sizes.largest.slice(0, MAX_SHOWN).map((one) => ({
          path: sanitizeLine(one.path),
          bytes: one.bytes,
          human: formatBytes(one.bytes),
          files: one.files,
        })),
        complete: sizes.complete,
      };
    },
  });
}
