import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Container } from '../world/container.ts';
import { fileIn, hostPathOf, type Owner, userOf } from '../world/files.ts';
import { imageOf } from '../world/world.ts';
import { type Ask, containerOf, EngineRefusal } from './engine.ts';

const BLOCK_BYTES = 512;

interface Entry {
  readonly folder: boolean;
  readonly sizeBytes: number;
  readonly modifiedAt: number;
  readonly owner: Owner;
}

/** The head of one entry of a tar archive. */
function tarHead(name: string, { folder, modifiedAt, owner, sizeBytes }: Entry): Buffer {
  const head = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  head.write(name.slice(0, 99), 0);
  head.write(octal(owner.mode, 7), 100);
  head.write(octal(owner.uid, 7), 108);
  head.write(octal(owner.gid, 7), 116);
  head.write(octal(sizeBytes, 11), 124);
  head.write(octal(Math.floor(modifiedAt / 1000), 11), 136);
  head.write('        ', 148);
  head.write(folder ? '5' : '0', 156);
  head.write('ustar\x0000', 257);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return head;
}

const FOLDER_OWNER: Owner = { uid: 0, gid: 0, mode: 0o755 };

async function entryOf(ask: Ask, container: Container, path: string): Promise<Entry | null> {
  const { host } = ask.engine;
  const file = fileIn(host.world(), container, path);
  if (file !== null) {
    const { warehouse } = host.world();
    const written = warehouse?.written?.path === file.hostPath ? warehouse.written : null;
    const modifiedAt = written === null ? file.modifiedAt : host.clock.outside(written.at);
    return { ...file, modifiedAt, folder: false };
  }
  const from = hostPathOf(container, path);
  const found = from === null ? null : await stat(from).catch(() => null);
  if (found === null) return null;
  if (found.isDirectory()) {
    return { folder: true, sizeBytes: 0, modifiedAt: found.mtimeMs, owner: FOLDER_OWNER };
  }
  // Written since somebody last looked.
  const owner = { ...userOf(imageOf(host.world(), container)), mode: 0o644 };
  return { folder: false, sizeBytes: found.size, modifiedAt: found.mtimeMs, owner };
}

/**
 * `GET /containers/ID/archive`: of folders of the project that are mounted there, and of the image's own files.
 * A file's bytes are as many zeros: it is its name, size, owner and time that are asked for.
 */
export async function archive(ask: Ask): Promise<void> {
  const container = containerOf(ask);
  const path = ask.query.get('path') ?? '';
  const entry = await entryOf(ask, container, path);
  if (entry === null) {
    throw new EngineRefusal(404, `Could not find the file ${path} in container ${container.id}`);
  }
  const { folder, sizeBytes } = entry;
  const padding = (BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES;
  ask.response.writeHead(200, { 'content-type': 'application/x-tar' });
  ask.response.write(tarHead(basename(path) + (folder ? '/' : ''), entry));
  ask.response.write(Buffer.alloc(sizeBytes + padding));
  ask.response.end(Buffer.alloc(2 * BLOCK_BYTES));
}
