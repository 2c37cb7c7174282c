import { constants } from 'node:fs';
import { type FileHandle, lstat, open, opendir, unlink } from 'node:fs/promises';

/**
 * A folder held open. What is in it is reached through the handle, not through its path: whoever puts a
 * link in the place of a folder above leads nobody elsewhere.
 */
export interface OpenFolder {
  /** Names in it, in no order. */
  names(): AsyncIterable<string>;
  /** What a name stands for, a link itself. @throws the file system's error */
  look(name: string): Promise<{
    readonly kind: 'file' | 'folder' | 'other';
    readonly device: number;
    readonly inode: number;
    readonly sizeBytes: number;
    /** What it takes on the disk. */
    readonly diskBytes: number;
    readonly modifiedAt: number;
  }>;
  /** @throws the file system's error; ELOOP or ENOTDIR when it is a link */
  enter(name: string): Promise<OpenFolder>;
  remove(name: string): Promise<void>;
  close(): Promise<void>;
}

const FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** What `stat` counts blocks in, whatever the file system's own are. */
const BLOCK_BYTES = 512;

function holding(handle: FileHandle): OpenFolder {
  const inside = (name: string) => `/proc/self/fd/${handle.fd}/${name}`;
  return {
    async *names() {
      for await (const { name } of await opendir(inside('.'))) yield name;
    },
    async look(name) {
      const stat = await lstat(inside(name));
      return {
        kind: stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other',
        device: stat.dev,
        inode: stat.ino,
        sizeBytes: stat.size,
        diskBytes: stat.blocks * BLOCK_BYTES,
        modifiedAt: stat.mtimeMs,
      };
    },
    enter: async (name) => holding(await open(inside(name), FLAGS)),
    remove: (name) => unlink(inside(name)),
    close: () => handle.close(),
  };
}

/**
 * Opens a folder by its path, in which links were resolved before.
 * @throws the file system's error
 */
export async function openFolder(path: string): Promise<OpenFolder> {
  return holding(await open(path, FLAGS));
}
