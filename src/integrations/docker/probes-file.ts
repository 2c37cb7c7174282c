import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import { shellWord } from '../../domain/shell-word.ts';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import type { DockerClient } from './client.ts';
import { isUp } from './decode.ts';
import { containerInput, containersOf } from './lookup.ts';
import { inParallel } from './parallel.ts';
import { selectionWords } from './selection-words.ts';
import { firstEntry, type TarEntry } from './tar-entry.ts';

const READ_AT_ONCE = 4;
/** Room for the words that may stand before the entry. */
const HEAD_MAX_BYTES = 64 * 1024;

const inContainer = z
  .string()
  .max(4096)
  .regex(/^\//, 'a path from the root, beginning with /')
  .regex(/^[^\p{Cc}\u2028\u2029]+$/u, 'a path without control characters');

/** The engine sends the whole file: no more is taken of it than tells what it is. */
async function entryAt(
  client: DockerClient,
  id: string,
  path: string,
  signal: AbortSignal,
): Promise<TarEntry | null> {
  const enough = new AbortController();
  let head = Buffer.alloc(0);
  let entry: TarEntry | null = null;
  const deliver = (bytes: Buffer) => {
    if (enough.signal.aborted) return;
    head = Buffer.concat([head, bytes]);
    entry = firstEntry(head);
    if (entry !== null || head.length > HEAD_MAX_BYTES) enough.abort();
  };
  const request = { method: 'GET', path: `/containers/${id}/archive`, query: { path } } as const;
  try {
    await client.receive(request, deliver, AbortSignal.any([signal, enough.signal]));
  } catch (thrown) {
    signal.throwIfAborted();
    const absent = thrown instanceof OperatorError && thrown.kind === 'missing';
    if (!absent && !enough.signal.aborted) throw thrown;
  }
  return entry;
}

/** `docker.file`: whether a file is in a role's containers, and since when. None of it is run or read. */
export function fileProbe(connect: () => DockerClient): Probe {
  return defineProbe({
    id: 'docker.file',
    title: 'File in a container',
    input: containerInput({ path: inContainer }),
    result: z.object({
      /** There is a container to look into, running or not. */
      found: z.boolean(),
      /** In all of them. */
      exists: z.boolean(),
      /** Containers that do not have it. */
      missing: z.array(z.string()),
      /** Of the first container that has it. */
      kind: z.enum(['file', 'folder', 'link', 'other']).nullable(),
      sizeBytes: z.number().nullable(),
      /** Epoch ms. */
      modifiedAt: z.number().nullable(),
      /** As chmod takes it, e.g. `644`. */
      mode: z.string().nullable(),
      uid: z.number().nullable(),
      gid: z.number().nullable(),
      /** When the first of those that run was started, epoch ms: what is younger it may never have read. */
      startedAt: z.number().nullable(),
    }),
    command: ({ path, ...input }, context) =>
      `${selectionWords('exec', input, context)} ls -l ${shellWord(path)}`,
    async read(input, context) {
      const client = connect();
      const { own } = await containersOf(client, input, context);
      const looks = await inParallel(own, READ_AT_ONCE, async ({ id, name, state }) => ({
        name,
        entry: await entryAt(client, id, input.path, context.signal),
        startedAt: isUp(state) ? (await client.inspect(id, context.signal)).startedAt : null,
      }));
      const starts = looks.flatMap(({ startedAt }) => startedAt ?? []);
      const missing = looks.filter(({ entry }) => entry === null).map(({ name }) => name);
      const seen = looks.find(({ entry }) => entry !== null)?.entry ?? null;
      return {
        found: own.length > 0,
        exists: own.length > 0 && missing.length === 0,
        missing,
        kind: seen?.kind ?? null,
        sizeBytes: seen?.sizeBytes ?? null,
        modifiedAt: seen?.modifiedAt ?? null,
        mode: seen?.mode ?? null,
        uid: seen?.uid ?? null,
        gid: seen?.gid ?? null,
        startedAt: starts.length === 0 ? null : Math.min(...starts),
      };
    },
  });
}
