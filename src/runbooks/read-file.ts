import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { Diagnostic } from './diagnostic.ts';
import { type ParsedYaml, parseYaml } from './yaml-file.ts';

/** Larger files are refused unread: parsing one would hold up the console for a second or more. */
export const MAX_FILE_BYTES = 256 * 1024;

/** Reads and parses a file. Never throws: what is wrong becomes a diagnostic. */
export function readYamlFile(path: string): ParsedYaml {
  try {
    // Opening a pipe would wait for its writer.
    if (!statSync(path).isFile()) return refused(path, 'not a file', 'put a file there');
    const bytes = readBounded(path);
    if (bytes === null) {
      return refused(path, `larger than ${MAX_FILE_BYTES / 1024} KiB`, 'split it');
    }
    return parseYaml(new TextDecoder('utf-8', { fatal: true }).decode(bytes), path);
  } catch (thrown) {
    if (thrown instanceof TypeError) return refused(path, 'not UTF-8 text', 'save it as UTF-8');
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return refused(path, `cannot be read: ${message}`, 'see that it is a file you may read');
  }
}

/** One byte more than allowed is asked for: it tells a file that is too large, and one that grew. */
function readBounded(path: string): Uint8Array | null {
  const descriptor = openSync(path, 'r');
  try {
    const buffer = new Uint8Array(MAX_FILE_BYTES + 1);
    let length = 0;
    while (length < buffer.length) {
      const count = readSync(descriptor, buffer, length, buffer.length - length, null);
      if (count === 0) return buffer.subarray(0, length);
      length += count;
    }
    return null;
  } finally {
    closeSync(descriptor);
  }
}

function refused(file: string, message: string, mend: string): ParsedYaml {
  const diagnostic: Diagnostic = { file, line: 1, column: 1, level: 'error', message, mend };
  return { diagnostics: [diagnostic] };
}
