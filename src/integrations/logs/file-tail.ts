import type { FileHandle } from 'node:fs/promises';

const BLOCK_BYTES = 64 * 1024;
/** A tail is not looked for farther back than this. */
const TAIL_BYTES_MAX = 16 * 1024 * 1024;
const NEWLINE = 10;

/** The place behind the last newline but `lines` within the block; counts down what it passes. */
function placeIn(block: Buffer, missing: { lines: number }): number | null {
  for (let at = block.lastIndexOf(NEWLINE); at >= 0; ) {
    if (missing.lines === 0) return at + 1;
    missing.lines -= 1;
    if (at === 0) return null;
    at = block.lastIndexOf(NEWLINE, at - 1);
  }
  return null;
}

/**
 * Where the last `lines` lines of a file begin, read backwards from its end, in bytes.
 * @param sizeBytes its size now
 */
export async function tailStart(
  handle: FileHandle,
  sizeBytes: number,
  lines: number,
): Promise<number> {
  if (lines <= 0) return sizeBytes;
  const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  const least = Math.max(0, sizeBytes - TAIL_BYTES_MAX);
  const last = await handle.read(buffer, 0, 1, Math.max(0, sizeBytes - 1));
  // The newline that ends the file parts no two lines.
  const ended = last.bytesRead === 1 && buffer[0] === NEWLINE;
  const missing = { lines: lines - 1 };
  for (let end = ended ? sizeBytes - 1 : sizeBytes; end > least; ) {
    const from = Math.max(least, end - BLOCK_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, end - from, from);
    const place = placeIn(buffer.subarray(0, bytesRead), missing);
    if (place !== null) return from + place;
    end = from;
  }
  return least;
}
