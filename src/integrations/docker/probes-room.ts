import * as z from 'zod';
import { formatBytes } from '../../domain/format.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { shellWord } from '../../domain/shell-word.ts';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import type { DockerClient } from './client.ts';
import { containerInput } from './lookup.ts';
import { readIn } from './probes-read.ts';
import { selectionWords } from './selection-words.ts';

const TIMEOUT_MS = 8000;
const KIB = 1024;

/** Sizes of a file system in bytes, with where it is mounted. */
interface Room {
  readonly mount: string;
  readonly sizeBytes: number;
  readonly usedBytes: number;
  readonly freeBytes: number;
}

/** Reads what `df -Pk PATH` of coreutils and busybox writes; null for anything else. */
export function roomIn(lines: readonly string[]): Room | null {
  const row = /^.*\s(\d+)\s+(\d+)\s+(\d+)\s+(?:\d+%|-)\s+(\/.*)$/.exec(lines.at(-1) ?? '');
  if (row === null || lines.length < 2) return null;
  const [size = 0, used = 0, free = 0] = row.slice(1, 4).map((text) => Number(text) * KIB);
  return { mount: row[4] ?? '', sizeBytes: size, usedBytes: used, freeBytes: free };
}

/** `docker.room`: room on a file system as a role's first running container sees it. */
export function roomProbe(connect: () => DockerClient): Probe {
  return defineProbe({
    id: 'docker.room',
    title: 'Room on a disk, seen from a container',
    input: containerInput({
      path: z.string().startsWith('/').default('/').describe('a path on the file system meant'),
    }),
    result: z.object({
      /** A container of it runs. */
      found: z.boolean(),
      mount: z.string().nullable(),
      sizeBytes: z.number().nullable(),
      usedBytes: z.number().nullable(),
      freeBytes: z.number().nullable(),
      freeHuman: z.string().nullable(),
      /** Of what its own user may use, as `df` counts it: 0 to 1. */
      used: z.number().nullable(),
    }),
    command: ({ path, ...input }, context) =>
      `${selectionWords('exec', input, context)} df -Pk ${shellWord(path)}`,
    async read({ path, ...input }, context) {
      const request = { ...input, command: ['df', '-Pk', path], timeoutMs: TIMEOUT_MS };
      const seen = await readIn(connect(), request, context);
      const none = { mount: null, sizeBytes: null, usedBytes: null, freeBytes: null };
      if (seen === null) return { found: false, ...none, freeHuman: null, used: null };
      const room = roomIn(seen.lines);
      if (room === null) {
        const said = seen.errors.at(-1) ?? `exit ${seen.exitCode}`;
        const message = `df in ${seen.name} does not tell the room at ${path}: ${said}`;
        throw new OperatorError('garbage', message, 'see that the path is there');
      }
      const { usedBytes, freeBytes } = room;
      const whole = usedBytes + freeBytes;
      const used = whole === 0 ? null : usedBytes / whole;
      return { found: true, ...room, freeHuman: formatBytes(freeBytes), used };
    },
  });
}
