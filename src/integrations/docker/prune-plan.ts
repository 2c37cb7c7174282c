import { createHash } from 'node:crypto';
import { formatBytes } from '../../domain/format.ts';
import type { EngineDisk, EngineImage } from './decode-images.ts';

export const pruneKinds = ['images', 'containers', 'build-cache'] as const;
export type PruneKind = (typeof pruneKinds)[number];

/** One thing that goes. */
interface Unused {
  /** What removes it: an id, or the tags of an image one after the other. */
  readonly refs: readonly string[];
  readonly words: string;
  readonly sizeBytes: number;
}

const sizeWords = (bytes: number) => formatBytes(bytes).padStart(6);

/** Of an image only what no other one needs is freed. */
function freedBy({ sizeBytes, sharedBytes }: EngineImage): number {
  return Math.max(0, sizeBytes - (sharedBytes ?? 0));
}

function unusedImages(images: readonly EngineImage[], all: boolean): Unused[] {
  return images
    .filter(({ containers, refs }) => containers === 0 && (all || refs.length === 0))
    .map((image) => {
      const name = image.refs.join(', ') || image.repositories[0] || 'untagged';
      const id = image.id.replace('sha256:', '').slice(0, 12);
      const built = new Date(image.createdAt).toISOString().slice(0, 10);
      const sizeBytes = freedBy(image);
      return {
        refs: image.refs.length === 0 ? [image.id] : image.refs,
        words: `${sizeWords(sizeBytes)}  ${id}  ${name}, built ${built}`,
        sizeBytes,
      };
    });
}

function stopped(containers: EngineDisk['containers'], all: boolean): Unused[] {
  const ended = new Set(['exited', 'created', 'dead']);
  return containers
    .filter(({ state, project, oneOff }) => ended.has(state) && (all || project === null || oneOff))
    .map(({ id, name, state, project, sizeBytes }) => ({
      refs: [id],
      words: `${sizeWords(sizeBytes)}  ${name}, ${state}, ${project ?? 'no'} project`,
      sizeBytes,
    }));
}

/**
 * What the engine holds and nobody uses, the largest first.
 * @param all also images that have a tag, and stopped containers of compose services
 */
export function unusedOf(disk: EngineDisk, kind: PruneKind, all: boolean): readonly Unused[] {
  const found =
    kind === 'images'
      ? unusedImages(disk.images, all)
      : kind === 'containers'
        ? stopped(disk.containers, all)
        : disk.buildCache
            .filter(({ inUse }) => !inUse)
            .map(({ id, sizeBytes, description }) => ({
              refs: [id],
              words: `${sizeWords(sizeBytes)}  ${id.slice(0, 12)}  ${description}`,
              sizeBytes,
            }));
  return found.toSorted((a, b) => b.sizeBytes - a.sizeBytes || (a.words < b.words ? -1 : 1));
}

/** One text that is equal when the same things go. */
export function fingerprint(unused: readonly Unused[]): string {
  const refs = unused.flatMap((one) => one.refs).sort();
  return createHash('sha256').update(refs.join('\n')).digest('hex');
}

export function totalBytes(unused: readonly Unused[]): number {
  return unused.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
