/** What the head of a tar archive tells of its first entry. */
export interface TarEntry {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly sizeBytes: number;
  /** Epoch ms. */
  readonly modifiedAt: number;
  /** As chmod takes it, e.g. `644`. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
}

export const BLOCK_BYTES = 512;
const [SIZE_AT, TIME_AT, NUMBER_LENGTH, TYPE_AT] = [124, 136, 12, 156];
const [MODE_AT, UID_AT, GID_AT, SHORT_LENGTH] = [100, 108, 116, 8];
const MODE_BITS = 0o7777;
const KINDS: Readonly<Record<string, TarEntry['kind']>> = {
  '0': 'file',
  '\0': 'file',
  '2': 'link',
  '5': 'folder',
};

/** Octal digits, or for large numbers binary with the first bit set. */
function numberAt(block: Buffer, at: number, length = NUMBER_LENGTH): number {
  const field = block.subarray(at, at + length);
  if (((field[0] ?? 0) & 0x80) !== 0) return Number(field.readUIntBE(length - 6, 6));
  return Number.parseInt(
    field
      .toString('latin1')
      .replace(/[\0 ]+$/, '')
      .trim() || '0',
    8,
  );
}

/**
 * The first entry; its size and time may stand in a block of further words before it, which is passed
 * over. Null while too little has come.
 */
export function firstEntry(head: Buffer): TarEntry | null {
  let at = 0;
  for (;;) {
    const block = head.subarray(at, at + BLOCK_BYTES);
    if (block.length < BLOCK_BYTES) return null;
    const type = String.fromCharCode(block[TYPE_AT] ?? 0);
    const sizeBytes = numberAt(block, SIZE_AT);
    if (type !== 'x' && type !== 'g' && type !== 'L' && type !== 'K') {
      const modifiedAt = numberAt(block, TIME_AT) * 1000;
      const mode = (numberAt(block, MODE_AT, SHORT_LENGTH) & MODE_BITS).toString(8);
      const uid = numberAt(block, UID_AT, SHORT_LENGTH);
      const gid = numberAt(block, GID_AT, SHORT_LENGTH);
      return { kind: KINDS[type] ?? 'other', sizeBytes, modifiedAt, mode, uid, gid };
    }
    at += BLOCK_BYTES + Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES;
  }
}
