import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Ask, containerOf, EngineRefusal } from './engine.ts';

const BLOCK_BYTES = 512;

/** The head of one entry of a tar archive. */
function tarHead(name: string, sizeBytes: number, modifiedAt: number, folder: boolean): Buffer {
  const head = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  head.write(name.slice(0, 99), 0);
  head.write(octal(folder ? 0o755 : 0o644, 7), 100);
  head.write(octal(0, 7), 108);
  head.write(octal(0, 7), 116);
  head.write(octal(sizeBytes, 11), 124);
  head.write(octal(Math.floor(modifiedAt / 1000), 11), 136);
  head.write('        ', 148);
  head.write(folder ? '5' : '0', 156);
  head.write('ustar\x0000', 257);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return head;
}

/**
 * `GET /containers/ID/archive`: of folders of the project that are mounted there. A file's bytes are as many
 * zeros: it is its name, size and time that are asked for.
 */
export async function archive(ask: Ask): Promise<void> {
  const container = containerOf(ask);
  const path = ask.query.get('path') ?? '';
  const bind = container.binds.find(([, to]) => path === to || path.startsWith(`${to}/`));
  const from = bind === undefined ? null : bind[0] + path.slice(bind[1].length);
  const found = from === null ? null : await stat(from).catch(() => null);
  if (found === null) {
    throw new EngineRefusal(404, `Could not find the file ${path} in container ${container.id}`);
  }
  const folder = found.isDirectory();
  const sizeBytes = folder ? 0 : found.size;
  const padding = (BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES;
  ask.response.writeHead(200, { 'content-type': 'application/x-tar' });
  ask.response.write(
    tarHead(basename(path) + (folder ? '/' : ''), sizeBytes, found.mtimeMs, folder),
  );
  ask.response.write(Buffer.alloc(sizeBytes + padding));
  ask.response.end(Buffer.alloc(2 * BLOCK_BYTES));
}
