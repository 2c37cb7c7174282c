import * as z from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { shellWords } from '../../domain/shell-word.ts';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import { type HostAccess, onlyHere } from './here.ts';
import { bytesOf, cutOff, type FilesInput, filesInput, findFiles } from './old-files.ts';

const MAX_SHOWN = 50;

/** The search in the words of `find`. */
export function findWords(input: FilesInput): readonly string[] {
  const minutes = Math.floor((parseDuration(input['older-than']) ?? 0) / 60_000);
  return [
    ...['find', input.folder, '-xdev', ...(input.deep ? [] : ['-maxdepth', '1'])],
    ...['-type', 'f', '-name', input.pattern, '-mmin', `+${minutes}`],
  ];
}

/** `host.files`: files in a folder of this host by name and age. */
export function filesProbe(host: HostAccess): Probe {
  return defineProbe({
    id: 'host.files',
    title: 'Old files in a folder of this host',
    input: z.strictObject(filesInput),
    result: z.object({
      count: z.number(),
      /** What they take on the disk. */
      bytes: z.number(),
      /** Epoch ms; null when there are none. */
      oldestAt: z.number().nullable(),
      /** The fifty oldest, below the folder. */
      files: z.array(z.object({ path: z.string(), bytes: z.number(), modifiedAt: z.number() })),
      /** False when there is more than could be looked at. */
      complete: z.boolean(),
    }),
    command: (input) => shellWords(findWords(input)),
    async read(input, context) {
      onlyHere(host);
      const found = await findFiles(input, cutOff(input, context.clock), context.signal);
      return {
        count: found.files.length,
        bytes: bytesOf(found.files),
        oldestAt: found.files[0]?.modifiedAt ?? null,
        files: found.files.slice(0, MAX_SHOWN).map(({ diskBytes, modifiedAt, path }) => ({
          path: sanitizeLine(path),
          bytes: diskBytes,
          modifiedAt,
        })),
        complete: found.complete,
      };
    },
  });
}
