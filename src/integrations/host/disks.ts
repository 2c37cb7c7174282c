import type { StatsFs } from 'node:fs';
import type { Disk } from '../../domain/host.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { askDisk } from './client.ts';
import type { Mount } from './mounts.ts';

/** A disk that answers does so in microseconds. */
const ANSWER_LIMIT_MS = 500;
/**
 * An unanswered question holds one of the four threads in which all files are read. The third is for
 * disks that have answered before.
 */
const MAX_UNANSWERED = 2;
const MAX_UNANSWERED_AT_ALL = 3;
const MAX_PATH_LENGTH = 200;

export interface DiskReport {
  readonly disks: readonly Disk[];
  readonly silentMounts: readonly string[];
}

type Answer = StatsFs | 'none' | 'silent';

/** How full a file system is; null when it has no size, as special ones. */
export function diskOf({ device, path, type }: Mount, told: StatsFs): Disk | null {
  const { bavail, bfree, blocks, ffree, files } = told;
  // Counted in fragments; the block size is only what is best read at once.
  const unit = 'frsize' in told && typeof told.frsize === 'number' ? told.frsize : told.bsize;
  if (blocks <= 0) return null;
  const usedBytes = (blocks - bfree) * unit;
  const freeBytes = bavail * unit;
  return {
    mount: sanitizeLine(path).slice(0, MAX_PATH_LENGTH),
    device: device.slice(0, MAX_PATH_LENGTH),
    type,
    sizeBytes: blocks * unit,
    usedBytes,
    freeBytes,
    used: usedBytes + freeBytes === 0 ? 1 : usedBytes / (usedBytes + freeBytes),
    inodesUsed: files === 0 ? null : (files - ffree) / files,
  };
}

/** Remembers which file systems do not answer, so that none is asked again before it has. */
export function diskReader(root: string): (mounts: readonly Mount[]) => Promise<DiskReport> {
  const unanswered = new Map<string, Mount>();

  const reliable = new Set<string>();

  const mayAsk = ({ path, remote }: Mount) =>
    !unanswered.has(path) &&
    unanswered.size < (reliable.has(path) ? MAX_UNANSWERED_AT_ALL : MAX_UNANSWERED) &&
    !(remote && [...unanswered.values()].some((mount) => mount.remote));

  async function ask(mount: Mount): Promise<Answer> {
    if (!mayAsk(mount)) return 'silent';
    unanswered.set(mount.path, mount);
    // One that may not be asked, or has gone since, is no disk to speak of.
    const asked = askDisk(root, mount.path)
      .catch(() => 'none' as const)
      .finally(() => unanswered.delete(mount.path));
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<'silent'>((resolve) => {
      timer = setTimeout(() => resolve('silent'), ANSWER_LIMIT_MS);
    });
    return Promise.race([asked, silence]).finally(() => clearTimeout(timer));
  }

  return async (mounts) => {
    const disks: Disk[] = [];
    const silentMounts: string[] = [];
    const answered: string[] = [];
    for (const mount of mounts) {
      const answer = await ask(mount);
      if (typeof answer === 'object') answered.push(mount.path);
      if (answer === 'none') continue;
      if (answer === 'silent')
        silentMounts.push(sanitizeLine(mount.path).slice(0, MAX_PATH_LENGTH));
      else disks.push(...[diskOf(mount, answer)].filter((disk) => disk !== null));
    }
    reliable.clear();
    for (const path of answered) reliable.add(path);
    return { disks, silentMounts };
  };
}
