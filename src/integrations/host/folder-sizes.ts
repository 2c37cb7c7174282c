import { join } from 'node:path';
import type { Clock } from '../../domain/clock.ts';
import { type OpenFolder, openFolder } from './open-folder.ts';

const MAX_ENTRIES = 500_000;
const MAX_DEPTH = 64;

interface FolderSize {
  readonly path: string;
  /** What it and all within take on the disk; of what was reached in the time. */
  readonly bytes: number;
  readonly files: number;
}

export interface FolderSizes {
  /** Of what is directly in the folder, the largest first. */
  readonly largest: readonly FolderSize[];
  /** False when the time or the bounds came to their end, or parts are denied. */
  readonly complete: boolean;
}

interface Search {
  readonly device: number;
  readonly until: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Files with several names count once. */
  readonly counted: Set<number>;
  entries: number;
  complete: boolean;
}

interface Size {
  bytes: number;
  files: number;
}

const over = (search: Search) =>
  search.entries > MAX_ENTRIES || search.clock.now() >= search.until || search.signal.aborted;

async function within(search: Search, parent: OpenFolder, name: string, size: Size, depth: number) {
  const folder = await parent.enter(name).catch(() => null);
  if (folder === null || depth > MAX_DEPTH) {
    search.complete = false;
    await folder?.close();
    return;
  }
  try {
    for await (const inner of folder.names()) {
      if (over(search)) {
        search.complete = false;
        return;
      }
      await add(search, folder, inner, size, depth);
    }
  } catch {
    search.complete = false;
  } finally {
    await folder.close();
  }
}

async function add(search: Search, folder: OpenFolder, name: string, size: Size, depth: number) {
  search.entries += 1;
  const found = await folder.look(name).catch(() => null);
  if (found === null || found.device !== search.device || search.counted.has(found.inode)) return;
  search.counted.add(found.inode);
  size.bytes += found.diskBytes;
  if (found.kind === 'folder') await within(search, folder, name, size, depth + 1);
  else size.files += 1;
}

/**
 * What the folders and files directly in a folder take, in the time there is. Other file systems within,
 * and what links lead to, do not count.
 * @param path links resolved
 * @throws the file system's error when the folder itself cannot be opened
 */
export async function folderSizes(
  path: string,
  withinMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<FolderSizes> {
  const root = await openFolder(path);
  try {
    const { device } = await root.look('.');
    const search: Search = {
      device,
      until: clock.now() + withinMs,
      clock,
      signal,
      counted: new Set(),
      entries: 0,
      complete: true,
    };
    const sizes: FolderSize[] = [];
    for await (const name of root.names()) {
      if (over(search)) {
        search.complete = false;
        break;
      }
      const size: Size = { bytes: 0, files: 0 };
      await add(search, root, name, size, 0);
      sizes.push({ path: join(path, name), ...size });
    }
    signal.throwIfAborted();
    const largest = sizes.sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
    return { largest, complete: search.complete };
  } finally {
    await root.close();
  }
}
