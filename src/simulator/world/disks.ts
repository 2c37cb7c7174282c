import type { Site } from './site.ts';
import type { World } from './world.ts';

/** What a disk has room for and what of it is taken, bytes. */
interface Room {
  readonly sizeBytes: number;
  readonly usedBytes: number;
}

/** What a write-ahead log takes that is archived in time. */
const LOG_BYTES = 96 * 1024 * 1024;

/** What the write-ahead log of the region's database takes, with what waits to be archived. */
export function logBytes({ databases }: World): number {
  const [database] = databases.values();
  return LOG_BYTES + (database?.state.archiver?.keptBytes ?? 0);
}

function usedOn(world: World, disk: keyof Site['disks']): number {
  const { buildCache, journalBytes } = world.site;
  if (disk === 'data') {
    const own = [...world.databases.values()].flatMap(({ state }) => state.databases);
    return own.reduce((sum, { bytes }) => sum + bytes, logBytes(world));
  }
  const images = world.images.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const cache = buildCache.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return images + cache + journalBytes;
}

/** The room on a disk of the place. */
export function roomOn(world: World, disk: keyof Site['disks']): Room {
  const { otherBytes, sizeBytes } = world.site.disks[disk];
  return { sizeBytes, usedBytes: Math.min(sizeBytes, otherBytes + usedOn(world, disk)) };
}
