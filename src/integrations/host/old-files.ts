import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Clock } from '../../domain/clock.ts';
import { parseDuration } from '../../domain/duration.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { fits } from './glob.ts';
import { absolutePath, pathFailure } from './here.ts';
import { type OpenFolder, openFolder } from './open-folder.ts';

/** More entries than this are not looked at. */
const MAX_ENTRIES = 200_000;
const MAX_FILES = 50_000;
const MAX_DEPTH = 32;
/** The least step in which the age is reckoned. */
const MIN_STEP_MS = 60_000;
const STEPS = 50;

/** Files that only a database understands; where one lies, nothing is anybody else's to delete. */
const DATABASE_FILES = new Set(
  'PG_VERSION ibdata1 WiredTiger dump.rdb appendonlydir appendonly.aof mysql.ibd'.split(' '),
);

export const filesInput = {
  folder: absolutePath,
  pattern: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^/\p{Cc}]+$/u, 'a file name in which * and ? may stand')
    .default('*')
    .describe('File names, with * and ?'),
  'older-than': z
    .string()
    .refine((text) => parseDuration(text) !== null, 'a duration such as 7d')
    .describe('By the time of the last change.'),
  deep: z.boolean().default(false).describe('Folders within as well; never another file system.'),
};
const schema = z.strictObject(filesInput);
export type FilesInput = z.output<typeof schema>;

export interface FoundFile {
  /** Below the folder. */
  readonly path: string;
  readonly device: number;
  readonly inode: number;
  readonly sizeBytes: number;
  readonly diskBytes: number;
  /** Epoch ms. */
  readonly modifiedAt: number;
}

export interface FoundFiles {
  /** Where the folder really is. */
  readonly folder: string;
  readonly folderId: string;
  /** Oldest first. */
  readonly files: readonly FoundFile[];
  /** False when there was more to look at than the bounds allow, or than this user may see. */
  readonly complete: boolean;
  /** A place that holds a database's own files; null when none was met. */
  readonly database: string | null;
}

/**
 * The moment before which a file counts as old. It moves in steps, fifty to the age: the same files are
 * meant while a dialog is open.
 */
export function cutOff({ 'older-than': age }: FilesInput, clock: Clock): number {
  const ageMs = parseDuration(age) ?? 0;
  const step = Math.max(MIN_STEP_MS, ageMs / STEPS);
  return Math.floor((clock.now() - ageMs) / step) * step;
}

interface Search {
  readonly input: FilesInput;
  readonly before: number;
  readonly signal: AbortSignal;
  readonly device: number;
  readonly files: FoundFile[];
  entries: number;
  complete: boolean;
  database: string | null;
}

async function look(search: Search, folder: OpenFolder, below: string, depth: number) {
  for await (const name of folder.names()) {
    search.signal.throwIfAborted();
    search.entries += 1;
    if (search.entries > MAX_ENTRIES || search.files.length >= MAX_FILES) {
      search.complete = false;
      return;
    }
    if (DATABASE_FILES.has(name)) search.database ??= below === '' ? '.' : below;
    // It may have gone since.
    const found = await folder.look(name).catch(() => null);
    if (found === null) continue;
    const path = join(below, name);
    const { kind, ...file } = found;
    if (kind === 'file' && file.modifiedAt < search.before && fits(name, search.input.pattern)) {
      search.files.push({ path, ...file });
    }
    if (kind !== 'folder' || !search.input.deep || file.device !== search.device) continue;
    if (depth >= MAX_DEPTH) search.complete = false;
    else await within(search, folder, name, path, depth + 1);
  }
}

async function within(
  search: Search,
  parent: OpenFolder,
  name: string,
  path: string,
  depth: number,
): Promise<void> {
  let folder: OpenFolder;
  try {
    folder = await parent.enter(name);
  } catch {
    search.complete = false;
    return;
  }
  try {
    await look(search, folder, path, depth);
  } finally {
    await folder.close();
  }
}

/** The folder that is meant, its links resolved. @throws OperatorError in words */
export async function realFolder(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (thrown) {
    throw pathFailure(thrown, path);
  }
}

/**
 * Finds the files that are meant. Links are not followed, neither to files nor to folders.
 * @param before files changed at this moment or later are left out
 * @throws OperatorError when the folder cannot be read; the signal's reason when it was aborted
 */
export async function findFiles(
  input: FilesInput,
  before: number,
  signal: AbortSignal,
): Promise<FoundFiles> {
  const path = await realFolder(input.folder);
  let folder: OpenFolder;
  try {
    folder = await openFolder(path);
  } catch (thrown) {
    throw pathFailure(thrown, path);
  }
  try {
    const self = await folder.look('.');
    const search: Search = {
      input,
      before,
      signal,
      device: self.device,
      files: [],
      entries: 0,
      complete: true,
      database: null,
    };
    await look(search, folder, '', 0);
    const { complete, database, files } = search;
    files.sort((a, b) => a.modifiedAt - b.modifiedAt || (a.path < b.path ? -1 : 1));
    const folderId = `${self.device}:${self.inode}`;
    return { folder: path, folderId, files, complete, database };
  } catch (thrown) {
    signal.throwIfAborted();
    throw pathFailure(thrown, path);
  } finally {
    await folder.close();
  }
}

/** The sizes of all of them together. */
export const bytesOf = (files: readonly FoundFile[]): number =>
  files.reduce((sum, { diskBytes }) => sum + diskBytes, 0);

/** @throws OperatorError when not all that is meant could be seen */
export function mustBeComplete({ complete, folder }: FoundFiles): void {
  if (complete) return;
  const message = `Not all of ${folder} could be looked at: it is too large, or parts are denied`;
  throw new OperatorError('failed', message, 'name a smaller folder or a narrower pattern');
}
