import { mkdir, readdir, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readEnv } from '../compose/project.ts';
import type { ProjectFile } from '../world/files.ts';
import type { SystemDescription } from '../world/system.ts';
import type { World } from '../world/world.ts';

const PRIVATE = 0o700;
/** More files than a project of the simulator's has. */
const FILES_MAX = 1000;
/** Of a larger one nobody reads what is in it. */
const TEXT_MAX_BYTES = 16 * 1024;

/** Writes the files of a system's compose project. */
export async function writeProject(folder: string, { files }: SystemDescription): Promise<void> {
  const { stringify } = await import('yaml');
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true, mode: PRIVATE });
    const text = typeof content === 'string' ? content : stringify(content, { version: '1.1' });
    await writeFile(file, text);
  }
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

/** Writes lines of the project's `.env`, as somebody with an editor would. */
export async function setEnv(
  folder: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const path = join(folder, '.env');
  const all = { ...readEnv(await readFile(path, 'utf8')), ...values };
  const lines = Object.entries(all).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(path, lines.join(''));
}

/** Removes files of the project. */
export async function removeFiles(folder: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) await unlink(join(folder, path));
}

/** Writes files of the project. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
}
