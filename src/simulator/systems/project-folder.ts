import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readEnv } from '../compose/project.ts';
import type { ProjectFile } from '../world/files.ts';
import type { ProjectFiles } from '../world/system.ts';
import type { World } from '../world/world.ts';

const PRIVATE = 0o700;
/** More files than a project of the simulator's has. */
const FILES_MAX = 1000;
/** Of a larger one nobody reads what is in it. */
const TEXT_MAX_BYTES = 16 * 1024;

/** Writes files of the project. */
export async function writeFiles(folder: string, files: ProjectFiles): Promise<void> {
  const { stringify } = await import('yaml');
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true, mode: PRIVATE });
    const text = typeof content === 'string' ? content : stringify(content, { version: '1.1' });
    await writeFile(file, text);
  }
}

/** Lets files of a project be as old as they would be. @param at epoch ms */
export async function backDate(folder: string, files: ProjectFiles, at: number): Promise<void> {
  for (const path of Object.keys(files)) await utimes(join(folder, path), at / 1000, at / 1000);
}

/** The files of the project's folder, as its programs find them. */
export async function filesIn(folder: string): Promise<World['files']> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Map<string, ProjectFile>();
  for (const entry of entries.slice(0, FILES_MAX)) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const found = await stat(path).catch(() => null);
    if (found === null) continue;
    const { mtimeMs: modifiedAt, size: sizeBytes } = found;
    const text = sizeBytes > TEXT_MAX_BYTES ? null : await readFile(path, 'utf8').catch(() => null);
    files.set(path, { sizeBytes, modifiedAt, text });
  }
  return files;
}

/** Writes lines of the project's `.env`, or takes them out, as somebody with an editor would. */
export async function setEnv(
  folder: string,
  values: Readonly<Record<string, string | null>>,
): Promise<void> {
  const path = join(folder, '.env');
  const all = { ...readEnv(await readFile(path, 'utf8')), ...values };
  const set = Object.entries(all).filter(([, value]) => value !== null);
  const lines = set.map(([name, value]) => `${name}=${value}\n`);
  await writeFile(path, lines.join(''));
}

/** Removes files and folders of the project. */
export async function removeFiles(folder: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(join(folder, path), { recursive: true });
}
