import { mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import type { BuiltFile } from './bundle.ts';

/** What `publish` needs to know beside the files. */
export interface PublishOptions {
  /** When the build began, epoch ms: main.js carries it, so that an edit made meanwhile is newer. */
  readonly startedAt: number;
  /** Remove the files of the build before as well. */
  readonly clean: boolean;
}

const MANIFEST = 'manifest.json';

/**
 * Writes a build into `folder` so that whoever starts the program at any moment, or kills the build,
 * finds the old one or the new one whole: each file appears by a rename, main.js last. A console that
 * runs on the build before still finds its chunks; older ones are removed.
 *
 * @param files the build, main.js last
 */
export async function publish(
  folder: string,
  files: readonly BuiltFile[],
  { startedAt, clean }: PublishOptions,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const before = clean ? [] : await readManifest(`${folder}/${MANIFEST}`);
  const names = files.map((file) => file.name);
  const manifest = new TextEncoder().encode(`${JSON.stringify(names)}\n`);
  for (const { name, contents } of [{ name: MANIFEST, contents: manifest }, ...files]) {
    const temporary = `${folder}/.${name}.${process.pid}`;
    await writeFile(temporary, contents);
    await utimes(temporary, startedAt / 1000, startedAt / 1000);
    await rename(temporary, `${folder}/${name}`);
  }
  const keep = new Set([...before, ...names, MANIFEST]);
  for (const name of await readdir(folder)) {
    if (!keep.has(name) && !isUnfinished(name)) {
      await rm(`${folder}/${name}`, { recursive: true, force: true });
    }
  }
}

/** Another build's file before its rename; one whose process is gone is litter. */
function isUnfinished(name: string): boolean {
  const pid = /^\..+\.(\d+)$/.exec(name)?.[1];
  if (pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch {
    return false;
  }
}

async function readManifest(path: string): Promise<readonly string[]> {
  try {
    const names: unknown = JSON.parse(await readFile(path, 'utf8'));
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}
