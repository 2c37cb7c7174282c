import { describe, expect, it } from 'vitest';
import { BLOCK_BYTES, firstEntry } from '../../../src/integrations/docker/tar-entry.ts';

/** One header of a tar archive, as the engine writes it. */
function header(type: string, size: string | Buffer, seconds = 1_700_000_000): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write('classifier.pkl', 0, 'latin1');
  if (typeof size === 'string') block.write(size, 124, 'latin1');
  else size.copy(block, 124);
  block.write(`${seconds.toString(8).padStart(11, '0')}\0`, 136, 'latin1');
  block.write('0100640\0', 100, 'latin1');
  block.write('0001750\0', 108, 'latin1');
  block.write('0000144\0', 116, 'latin1');
  block.write(type, 156, 'latin1');
  return block;
}

const modifiedAt = 1_700_000_000_000;
const owned = { mode: '640', uid: 1000, gid: 100 };
const size = (bytes: number) => `${bytes.toString(8).padStart(11, '0')}\0`;

describe('the first entry of a tar archive', () => {
  it('is a file, a folder or a link, with its size, time, mode and owner', () => {
    expect(firstEntry(header('0', size(4321)))).toEqual({
      kind: 'file',
      sizeBytes: 4321,
      modifiedAt,
      ...owned,
    });
    expect(firstEntry(header('5', size(0)))).toEqual({
      kind: 'folder',
      sizeBytes: 0,
      modifiedAt,
      ...owned,
    });
    expect(firstEntry(header('2', size(0)))).toMatchObject({ kind: 'link' });
    expect(firstEntry(header('3', size(0)))).toMatchObject({ kind: 'other' });
  });

  it('of more bytes than octal digits can tell is read in binary', () => {
    const binary = Buffer.alloc(12);
    binary[0] = 0x80;
    binary.writeBigUInt64BE(20n * 1024n ** 3n, 4);
    expect(firstEntry(header('0', binary))).toMatchObject({ sizeBytes: 20 * 1024 ** 3 });
  });

  it('may stand behind blocks of further words, and is waited for', () => {
    const words = Buffer.concat([header('x', size(30)), Buffer.alloc(BLOCK_BYTES, 'path=…')]);
    const whole = Buffer.concat([words, header('0', size(7))]);
    expect(firstEntry(whole)).toMatchObject({ kind: 'file', sizeBytes: 7 });
    for (const length of [0, 100, BLOCK_BYTES, words.length, whole.length - 1]) {
      expect(firstEntry(whole.subarray(0, length))).toBeNull();
    }
  });
});
