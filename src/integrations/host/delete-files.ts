import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import * as z from 'zod';
import { formatAge } from '../../domain/duration.ts';
import { formatBytes } from '../../domain/format.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { shellWords } from '../../domain/shell-word.ts';
import type { Action, ActionContext, Preview, RunContext } from '../contract.ts';
import { defineAction } from '../contract.ts';
import { findWords } from './files-probe.ts';
import { refuseDatabase, refuseFolder } from './forbidden-folders.ts';
import { type HostAccess, onlyHere } from './here.ts';
import {
  bytesOf,
  cutOff,
  type FilesInput,
  type FoundFile,
  type FoundFiles,
  filesInput,
  findFiles,
  mustBeComplete,
  realFolder,
} from './old-files.ts';
import { type OpenFolder, openFolder } from './open-folder.ts';

const TIMEOUT_MS = 300_000;
const MAX_DETAILS = 200;
const SHORT_ID_LENGTH = 12;
/** How often the progress is told. */
const TELL_EVERY = 1000;

const input = z.strictObject(filesInput);

function listDigest(files: readonly FoundFile[]): string {
  const hash = createHash('sha256');
  for (const { inode, modifiedAt, path, sizeBytes } of files) {
    hash.update(JSON.stringify([path, inode, sizeBytes, modifiedAt]));
  }
  return hash.digest('hex');
}

/** The files that would go, found in a folder where that is allowed. */
async function meant(values: FilesInput, before: number, signal: AbortSignal) {
  refuseFolder(await realFolder(values.folder));
  const found = await findFiles(values, before, signal);
  // Again, of what was opened.
  refuseFolder(found.folder);
  refuseDatabase(found.folder, found.database);
  mustBeComplete(found);
  return found;
}

const identityOf = (found: FoundFiles, before: number) => ({
  folder: found.folderId,
  list: listDigest(found.files),
  count: String(found.files.length),
  before: String(before),
});

function detailsOf({ files }: FoundFiles, now: number): readonly string[] {
  const lines = files.slice(0, MAX_DETAILS).map(({ diskBytes, modifiedAt, path }) => {
    const age = formatAge(now - modifiedAt).padStart(7);
    return `${formatBytes(diskBytes).padStart(5)} ${age}  ${sanitizeLine(path)}`;
  });
  const more = files.length - lines.length;
  return more > 0 ? [...lines, `… and ${more.toLocaleString('en-US')} more`] : lines;
}

/** Deletes one file if it is still the one that was found. */
async function remove(root: OpenFolder, file: FoundFile): Promise<boolean> {
  const parts = file.path.split('/');
  const name = parts.pop() ?? '';
  const opened: OpenFolder[] = [];
  let folder = root;
  try {
    for (const part of parts) {
      folder = await folder.enter(part);
      opened.push(folder);
    }
    const now = await folder.look(name);
    const same =
      now.kind === 'file' &&
      now.device === file.device &&
      now.inode === file.inode &&
      now.modifiedAt === file.modifiedAt;
    if (same) await folder.remove(name);
    return same;
  } catch {
    return false;
  } finally {
    for (const one of opened) await one.close();
  }
}

async function removeAll(found: FoundFiles, context: ActionContext) {
  const root = await openFolder(found.folder);
  let deleted = 0;
  let bytes = 0;
  try {
    const self = await root.look('.');
    if (`${self.device}:${self.inode}` !== found.folderId) {
      const message = `${found.folder} was left as it is: another folder is in its place`;
      throw new OperatorError('failed', message, 'look at it again, then decide anew');
    }
    for (const file of found.files) {
      context.signal.throwIfAborted();
      if (!(await remove(root, file))) {
        context.output(`left: ${file.path}, which changed meanwhile or may not be deleted`);
        continue;
      }
      deleted += 1;
      bytes += file.diskBytes;
      if (deleted % TELL_EVERY === 0) context.output(`${deleted} of ${found.files.length} deleted`);
    }
  } finally {
    await root.close();
  }
  context.output(`${deleted} of ${found.files.length} files deleted, ${formatBytes(bytes)}`);
  if (deleted > 0 || found.files.length === 0) return { deleted, bytes };
  const message = `None of ${found.files.length} files in ${found.folder} could be deleted`;
  const mend = `see who owns ${dirname(`${found.folder}/${found.files[0]?.path ?? ''}`)}`;
  throw new OperatorError('denied', message, mend);
}

async function previewOf(values: FilesInput, context: RunContext): Promise<Preview> {
  const before = cutOff(values, context.clock);
  const found = await meant(values, before, context.signal);
  if (found.files.length === 0) {
    const message = `${found.folder} has no file ${values.pattern} older than ${values['older-than']}`;
    throw new OperatorError('missing', message, 'there is nothing to delete');
  }
  const identity = identityOf(found, before);
  const bytes = formatBytes(bytesOf(found.files));
  const count = found.files.length.toLocaleString('en-US');
  return {
    targets: [
      {
        kind: 'path',
        name: sanitizeLine(found.folder),
        shortId: identity.list.slice(0, SHORT_ID_LENGTH),
        detail: `${count} files ${values.pattern}, last changed before ${new Date(before).toISOString()}`,
        identity,
      },
    ],
    command: `${shellWords(findWords(values))} -delete`,
    notes: [
      `deletes ${count} files, ${bytes}`,
      'a file that a process holds open gives its room back when the process ends',
    ],
    details: detailsOf(found, context.clock.now()),
    before: { files: String(found.files.length), bytes: String(bytesOf(found.files)) },
  };
}

/**
 * `host.delete-files`: deletes files of a folder on this host by name and age: exactly those that were
 * listed, each only if it is unchanged. Links are neither followed nor deleted, and folders stay.
 */
export function deleteFilesAction(host: HostAccess): Action {
  return defineAction({
    id: 'host.delete-files',
    title: 'Delete old files on this host',
    risk: 'destructive',
    input,
    output: z.object({ deleted: z.number(), bytes: z.number() }),
    undo: { kind: 'irreversible', why: 'deleted files cannot be brought back' },
    timeoutMs: TIMEOUT_MS,
    async preview(values, context) {
      onlyHere(host);
      return previewOf(values, context);
    },
    async run(values, targets, context) {
      onlyHere(host);
      const frozen = targets[0]?.identity ?? {};
      const before = Number(frozen['before'] ?? 0);
      const found = await meant(values, before, context.signal);
      const now = identityOf(found, before);
      if (Object.entries(now).some(([field, value]) => frozen[field] !== value)) {
        const message = `${found.folder} was left as it is: other files are there than were listed`;
        throw new OperatorError('failed', message, 'look at it again, then decide anew');
      }
      return removeAll(found, context);
    },
    async settle(values, targets, _startedAt, context) {
      const frozen = targets[0]?.identity ?? {};
      const found = await findFiles(values, Number(frozen['before'] ?? 0), context.signal);
      const left = found.files.length;
      if (listDigest(found.files) === frozen['list']) {
        return { state: 'not-done', because: `all ${left} files are there` };
      }
      if (left === 0) return { state: 'done', because: 'none of the files is left' };
      return { state: 'unknown', because: `${left} of ${frozen['count']} files are left` };
    },
  });
}
