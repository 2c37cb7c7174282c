import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { type Clock, systemClock } from '../../domain/clock.ts';
import type { LogFeed, LogLine } from '../../domain/log-line.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { codeOf, fileFailure, notAFile } from './failure.ts';
import { tailStart } from './file-tail.ts';
import { type FileWatch, watchFile } from './file-watch.ts';
import { parseLine } from './parse.ts';
import { createLineSplitter, type LineSplitter } from './split.ts';

/** Read at once; as much as can be parsed without the screen feeling it. */
const CHUNK_BYTES = 32 * 1024;

interface Reading {
  readonly path: string;
  readonly signal: AbortSignal;
  readonly buffer: Buffer;
  readonly splitter: LineSplitter;
  readonly lines: (raws: readonly string[]) => void;
}

/** An open log file, and how far it has been read. */
interface Opened {
  readonly handle: FileHandle;
  readonly inode: bigint;
  at: number;
}

async function openLog(path: string): Promise<Opened> {
  // Without waiting: opening a pipe would hold until somebody writes to it.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await handle.stat({ bigint: true });
    if (!found.isFile()) throw notAFile(path);
    return { handle, inode: found.ino, at: 0 };
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
}

/** Reads on to the end of the file. */
async function readOn(file: Opened, { buffer, splitter, lines, signal }: Reading): Promise<void> {
  const { size } = await file.handle.stat();
  if (size < file.at) {
    // It was emptied: what follows has nothing to do with what was read of the last line.
    splitter.flush();
    file.at = 0;
  }
  while (!signal.aborted) {
    const { bytesRead } = await file.handle.read(buffer, 0, CHUNK_BYTES, file.at);
    if (bytesRead === 0) return;
    file.at += bytesRead;
    lines(splitter.push(buffer.subarray(0, bytesRead)));
  }
}

/** The file that has the path now, when it is another one than `file`; null while it is not. */
async function successor(path: string, file: Opened): Promise<Opened | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  // Between the two steps of a rotation the path has no file: the old one may still be written to.
  if (found === null || found.ino === file.inode) return null;
  return openLog(path).catch((thrown: unknown) => {
    if (codeOf(thrown) === 'ENOENT') return null;
    throw thrown;
  });
}

async function followFile(first: Opened, reading: Reading, watching: FileWatch): Promise<void> {
  const { path, signal, splitter, lines } = reading;
  let file = first;
  try {
    while (!signal.aborted) {
      await readOn(file, reading);
      const next = await successor(path, file);
      if (next !== null) {
        await readOn(file, reading);
        const rest = splitter.flush();
        if (rest !== null) lines([rest]);
        await file.handle.close();
        file = next;
        watching.renew();
        continue;
      }
      await watching.changed();
    }
  } finally {
    await file.handle.close();
  }
}

/** Leaves out lines older than `sinceMs`; a line without a time goes the way of the one before. */
function youngerThan(sinceMs: number | null): (line: LogLine) => boolean {
  let shown = true;
  return ({ at }) => {
    if (sinceMs !== null && at !== null) shown = at >= sinceMs;
    return shown;
  };
}

/**
 * The lines of a file. Follows it through rotation (another file under its path) and through being
 * emptied; what is written between the two is read from the old one first.
 * @param path the file
 * @param name what its lines are signed with
 * @param options.clock paces looking at it where the system gives no notice
 */
export function fileLogFeed(
  path: string,
  name: string = path,
  { clock = systemClock }: { readonly clock?: Clock } = {},
): LogFeed {
  const source = sanitizeLine(name);
  return {
    name: source,
    async follow({ tail, sinceMs }, deliver, signal) {
      if (signal.aborted) return;
      const younger = youngerThan(sinceMs);
      const lines = (raws: readonly string[]) => {
        if (signal.aborted) return;
        const now = clock.now();
        const parsed = raws.map((raw) => parseLine(raw, null, source, null, now)).filter(younger);
        if (parsed.length > 0) deliver(parsed);
      };
      const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
      const reading = { path, signal, buffer, splitter: createLineSplitter(), lines };
      const watching = watchFile(path, clock, signal);
      try {
        const file = await openLog(path);
        const { size } = await file.handle.stat();
        file.at = await tailStart(file.handle, size, tail).catch(async (thrown: unknown) => {
          await file.handle.close();
          throw thrown;
        });
        deliver([]);
        await followFile(file, reading, watching);
      } catch (thrown) {
        throw fileFailure(thrown, source === path ? path : `${source} (${path})`);
      } finally {
        watching.close();
      }
    },
  };
}
