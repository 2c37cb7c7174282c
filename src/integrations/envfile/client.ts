import { isUtf8 } from 'node:buffer';
import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import {
  type FileHandle,
  lstat,
  open,
  readdir,
  readlink,
  realpath,
  rename,
  unlink,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OperatorError } from '../../domain/operator-error.ts';
import { fileFailure } from './failure.ts';

/** Larger files are no settings. */
const MAX_FILE_BYTES = 1024 * 1024;
const MODE_BITS = 0o7777;

/** An env file as it was at one moment. */
export interface EnvFile {
  /** Where it really is, symbolic links followed. */
  readonly path: string;
  /** The path that was asked for, where that is a link to it; null where it is the file. */
  readonly link: string | null;
  readonly text: string;
  readonly sha256: string;
  readonly inode: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Epoch ms. */
  readonly modifiedAt: number;
  /** Names the file has; a new file would take the place of one of them only. */
  readonly names: number;
}

export const digest = (bytes: string | Buffer): string =>
  createHash('sha256').update(bytes).digest('hex');

async function realPath(asked: string): Promise<string> {
  try {
    return await realpath(asked);
  } catch (thrown) {
    const target = await readlink(asked).catch(() => null);
    if (target === null) throw fileFailure(thrown, asked);
    const message = `${asked} is a link to ${target}, which cannot be followed`;
    throw new OperatorError('missing', message, 'mend the link, or name the file itself', thrown);
  }
}

async function contents(handle: FileHandle, path: string): Promise<EnvFile> {
  const stat = await handle.stat({ bigint: true });
  if (!stat.isFile()) {
    throw new OperatorError('failed', `${path} is no regular file`, 'name the env file itself');
  }
  if (stat.size > MAX_FILE_BYTES) {
    const message = `${path} is larger than ${MAX_FILE_BYTES} bytes: it is no env file`;
    throw new OperatorError('garbage', message, 'name the env file itself');
  }
  const bytes = await handle.readFile();
  if (!isUtf8(bytes) || bytes.includes(0)) {
    const message = `${path} is not text in UTF-8`;
    throw new OperatorError('garbage', message, 'name the env file itself');
  }
  return {
    path,
    link: null,
    text: bytes.toString('utf8'),
    sha256: digest(bytes),
    inode: `${stat.dev}:${stat.ino}`,
    mode: Number(stat.mode) & MODE_BITS,
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    modifiedAt: Number(stat.mtimeMs),
    names: Number(stat.nlink),
  };
}

/**
 * Reads an env file. A symbolic link is followed, and told.
 * @throws OperatorError naming the file
 */
export async function readEnvFile(asked: string): Promise<EnvFile> {
  const path = await realPath(asked);
  // A pipe would wait for its writer.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  let handle: FileHandle;
  try {
    handle = await open(path, flags);
  } catch (thrown) {
    throw fileFailure(thrown, path);
  }
  try {
    const file = await contents(handle, path);
    return path === asked ? file : { ...file, link: asked };
  } catch (thrown) {
    throw fileFailure(thrown, path);
  } finally {
    await handle.close();
  }
}

/** Where the version of a file that is about to be replaced is kept, beside it. */
export function backupPath({ modifiedAt, path, sha256 }: EnvFile): string {
  const time = new Date(modifiedAt).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${path}.bak-${time}-${sha256.slice(0, 8)}`;
}

/** A file beside `like`, with its owner and mode, on the disk before this returns. */
async function writeBeside(path: string, text: string, like: EnvFile): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const handle = await open(path, flags, 0o600);
  try {
    const own = await handle.stat();
    if (own.uid !== like.uid || own.gid !== like.gid) await handle.chown(like.uid, like.gid);
    await handle.chmod(like.mode);
    await handle.writeFile(text);
    await handle.sync();
    await handle.close();
  } catch (thrown) {
    await handle.close().catch(() => undefined);
    await unlink(path).catch(() => undefined);
    throw thrown;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  await folder.sync().finally(() => folder.close());
}

/** Keeps this version of the file beside it; one that was kept before is left as it is. */
async function keep(file: EnvFile): Promise<string> {
  const backup = backupPath(file);
  const there = await lstat(backup).catch(() => null);
  if (there !== null) {
    const kept = await readEnvFile(backup);
    if (kept.sha256 === file.sha256 && kept.link === null) return backup;
    const message = `${backup} is there already, and holds something else`;
    throw new OperatorError('failed', message, 'move it away');
  }
  await writeBeside(backup, file.text, file);
  return backup;
}

/** The version with this digest that was kept of a file; null when none was. */
export async function keptOf({ path }: EnvFile, sha256: string): Promise<EnvFile | null> {
  const start = `${basename(path)}.bak-`;
  const end = `-${sha256.slice(0, 8)}`;
  const names = await readdir(dirname(path)).catch(() => []);
  const name = names.find((one) => one.startsWith(start) && one.endsWith(end));
  const kept = name === undefined ? null : await readEnvFile(join(dirname(path), name));
  return kept?.sha256 === sha256 ? kept : null;
}

/** Why this file cannot be replaced without harm; null when it can. */
export function obstacle(file: EnvFile, me: { uid: number; groups: readonly number[] }) {
  if (file.names > 1) {
    const message = `${file.path} has ${file.names} names (hard links): a new file would part them`;
    return new OperatorError('failed', message, 'change it by hand');
  }
  const mine = file.uid === me.uid && me.groups.includes(file.gid);
  if (me.uid === 0 || mine) return null;
  const owner = `${file.uid}:${file.gid}`;
  const message = `${file.path} belongs to ${owner}; this user could not give the new file to it`;
  return new OperatorError('denied', message, 'run opsconsole as its owner or as root');
}

/**
 * Keeps the version that is there beside it, then puts the new text in its place in one step: a reader
 * sees the old or the new, never a part. Owner and mode stay.
 * @param file the version that was looked at; another that is there by now is left alone
 * @returns where the version before is kept
 * @throws OperatorError in words; the file is then as it was
 */
export async function replaceEnvFile(file: EnvFile, text: string): Promise<string> {
  const folder = dirname(file.path);
  const temporary = join(folder, `.${basename(file.path)}.${randomUUID()}.tmp`);
  try {
    const backup = await keep(file);
    await writeBeside(temporary, text, file);
    try {
      const now = await readEnvFile(file.path);
      if (now.inode !== file.inode || now.sha256 !== file.sha256) {
        const message = `${file.path} was left as it is: somebody else changed it just now`;
        throw new OperatorError('failed', message, 'look at it again, then decide anew');
      }
      await rename(temporary, file.path);
    } catch (thrown) {
      await unlink(temporary).catch(() => undefined);
      throw thrown;
    }
    await syncFolder(folder);
    return backup;
  } catch (thrown) {
    throw fileFailure(thrown, file.path);
  }
}
