import type { Container } from './container.ts';
import type { Image } from './system.ts';
import { imageOf, type World } from './world.ts';

/** Whose a file is, and who may do what with it. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
  /** The lowest nine bits. */
  readonly mode: number;
}

/** A file of the project's folder. */
export interface ProjectFile {
  readonly sizeBytes: number;
  readonly modifiedAt: number;
  /** Of a small one. */
  readonly text: string | null;
}

/** A file as a container has it. */
export interface SeenFile extends ProjectFile {
  readonly owner: Owner;
  /** Where it lies on the host; null for one of the image. */
  readonly hostPath: string | null;
}

const ROOT = { uid: 0, gid: 0 } as const;
const READ = 4;
const WRITE = 2;
const USUAL_MODE = 0o644;

/** Where a path of a container lies on the host; null where no folder of the host is mounted there. */
export function hostPathOf({ binds }: Pick<Container, 'binds'>, path: string): string | null {
  const bind = binds.find(([, to]) => path === to || path.startsWith(`${to}/`));
  return bind === undefined ? null : bind[0] + path.slice(bind[1].length);
}

/** The user that an image runs as. */
export function userOf(image: Pick<Image, 'user'> | undefined) {
  return image?.user ?? { ...ROOT, name: 'root' };
}

/** A file of a container, of a folder that is mounted or of its image; null where it has none. */
export function fileIn(world: World, container: Container, path: string): SeenFile | null {
  const image = imageOf(world, container);
  const hostPath = hostPathOf(container, path);
  const user = userOf(image);
  if (hostPath !== null) {
    const file = world.files.get(hostPath);
    if (file === undefined) return null;
    const owner = world.owners.get(hostPath) ?? { ...user, mode: USUAL_MODE };
    return { ...file, owner, hostPath };
  }
  const text = image?.files?.[path];
  if (text === undefined) return null;
  const own = { sizeBytes: text.length, modifiedAt: image?.createdAt ?? 0, text };
  return { ...own, owner: { ...ROOT, mode: USUAL_MODE }, hostPath: null };
}
/** Whether a user may read a file, or write it. */
export function may({ owner }: SeenFile, uid: number, gid: number, write: boolean): boolean {
  if (uid === 0) return true;
  const shift = owner.uid === uid ? 6 : owner.gid === gid ? 3 : 0;
  return ((owner.mode >> shift) & (write ? WRITE : READ)) !== 0;
}
