import { appendFileSync, closeSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from './make-folder.ts';

const LINE_END = 10;

/** Whether the last line of a file was cut off: what is appended would be glued to it. */
function isTorn(file: string): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return false;
  const handle = openSync(file, 'r');
  try {
    const last = Buffer.alloc(1);
    readSync(handle, last, 0, 1, size - 1);
    return last[0] !== LINE_END;
  } finally {
    closeSync(handle);
  }
}

/**
 * Adds a line to a file, which only this user may read, and makes it and its folder where they are missing.
 * @throws the file system's error
 */
export function appendLine(file: string, line: string): void {
  makeFolder(dirname(file));
  appendFileSync(file, `${isTorn(file) ? '\n' : ''}${line}\n`, { mode: 0o600 });
}
