import { sanitizeLine } from '../../domain/sanitize.ts';

/** One mounted file system that can fill up. */
export interface Mount {
  readonly path: string;
  readonly device: string;
  readonly type: string;
  /** Served by another host, so that asking it may never end. */
  readonly remote: boolean;
}

/** The kernel allows 100,000; a host of containers has one or two for each. */
const MAX_LINES = 20_000;
/** More file systems than this no host has; what comes after is not asked. */
export const MAX_MOUNTS = 64;

/** Images and memory: they are full by nature, or are no disk. */
const NO_DISK = new Set(
  'squashfs iso9660 udf erofs cramfs romfs overlay tmpfs ramfs devtmpfs rootfs nsfs autofs'.split(
    ' ',
  ),
);
const POOLED = new Set(['zfs', 'btrfs', 'bcachefs']);
const REMOTE = new Set(
  'nfs nfs4 cifs smb3 smbfs ceph lustre 9p virtiofs afs fuse.sshfs fuse.glusterfs fuse.s3fs'.split(
    ' ',
  ),
);

/** Undoes the escapes of blanks, tabs, newlines and backslashes. */
const plain = (field: string): string =>
  field.includes('\\')
    ? field.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)))
    : field;

interface Line extends Mount {
  /** What tells one file system from another. */
  readonly identity: string;
  /** Shows all of the file system, not one folder of it. */
  readonly whole: boolean;
}

/** Looks at one line where it stands: a host has thousands of mounts that are no disks. */
function decodeLine(text: string, start: number, end: number): Line | null {
  const separator = text.indexOf(' - ', start);
  if (separator === -1 || separator > end) return null;
  const typeEnd = text.indexOf(' ', separator + 3);
  const type = text.slice(separator + 3, typeEnd);
  if (NO_DISK.has(type)) return null;
  const source = text.slice(typeEnd + 1, end).split(' ', 1)[0] ?? '';
  const remote = REMOTE.has(type);
  if (!remote && !POOLED.has(type) && !source.startsWith('/')) return null;
  const [, , numbers = '', root = '', mount = ''] = text.slice(start, separator).split(' ', 5);
  const identity = remote || type === 'btrfs' ? `${type} ${source}` : numbers;
  const device = sanitizeLine(plain(source));
  return { path: plain(mount), device, type, remote, identity, whole: root === '/' };
}

function decodeLines(text: string): readonly Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (let count = 0; count < MAX_LINES && start < text.length; count += 1) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const line = decodeLine(text, start, end);
    if (line !== null) lines.push(line);
    start = end + 1;
  }
  return lines;
}

/** Of two mounts of one file system, the one an operator means by it. */
function better(one: Line, other: Line): Line {
  if (one.whole !== other.whole) return one.whole ? one : other;
  return other.path.length < one.path.length ? other : one;
}

/**
 * The file systems of a mountinfo file that can fill up, each once: no pseudo file systems, images,
 * memory, container layers nor bind mounts of what is there already. At most 64, local ones first.
 */
export function decodeMounts(text: string): readonly Mount[] {
  // A later mount covers an earlier one at the same place.
  const byPath = new Map(decodeLines(text).map((line) => [line.path, line]));
  const byIdentity = new Map<string, Line>();
  for (const line of byPath.values()) {
    const known = byIdentity.get(line.identity);
    byIdentity.set(line.identity, known === undefined ? line : better(known, line));
  }
  return [...byIdentity.values()]
    .sort((a, b) => Number(a.remote) - Number(b.remote) || (a.path < b.path ? -1 : 1))
    .slice(0, MAX_MOUNTS)
    .map(({ device, path, remote, type }) => ({ path, device, type, remote }));
}

/**
 * The mounts that hold certain paths, under the names of the paths.
 * @param mounts all that can fill up
 */
export function mountsOf(paths: readonly string[], mounts: readonly Mount[]): readonly Mount[] {
  const unknown: Mount = { path: '', device: '', type: '', remote: false };
  return paths.slice(0, MAX_MOUNTS).map((path) => {
    const holding = mounts
      .filter((mount) => `${path}/`.startsWith(mount.path === '/' ? '/' : `${mount.path}/`))
      .reduce((best, mount) => (mount.path.length >= best.path.length ? mount : best), unknown);
    return { ...holding, path };
  });
}
