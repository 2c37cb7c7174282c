import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  LINE_MAX_BYTES,
  logDecoder,
  type RawLogLine,
} from '../../../src/integrations/docker/decode-log-stream.ts';

const STAMP = '2026-11-22T02:33:31.498303190Z';
const AT = Date.UTC(2026, 10, 22, 2, 33, 31, 498);

function frame(stream: number, payload: string | Buffer): Buffer {
  const body = Buffer.from(payload);
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

/** Decodes bytes that arrive in pieces of `size`. */
function decoded(bytes: Buffer, size: number, tty = false, stamped = true): RawLogLine[] {
  const decoder = logDecoder(tty, stamped);
  const lines: RawLogLine[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    lines.push(...decoder.push(bytes.subarray(at, at + size)));
  }
  return [...lines, ...decoder.end()];
}

describe('the stream of a log', () => {
  const bytes = Buffer.concat([
    frame(1, `${STAMP} wörld 🌍\n`),
    frame(2, `${STAMP} broken\r\n`),
    frame(1, `${STAMP} \n`),
    frame(1, `${STAMP} not ended`),
  ]);
  const lines = [
    { at: AT, stream: 'stdout', text: 'wörld 🌍' },
    { at: AT, stream: 'stderr', text: 'broken' },
    { at: AT, stream: 'stdout', text: '' },
    { at: AT, stream: 'stdout', text: 'not ended' },
  ];

  it('is the same however it is cut into pieces', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: bytes.length }), (size) => {
        expect(decoded(bytes, size)).toEqual(lines);
      }),
    );
  });

  it('keeps two half lines of two streams apart', () => {
    const mixed = Buffer.concat([
      frame(1, `${STAMP} one `),
      frame(2, `${STAMP} two `),
      frame(1, `${STAMP} more\n`),
      frame(2, `${STAMP} too\n`),
    ]);
    expect(decoded(mixed, 7).map(({ text }) => text)).toEqual(['one more', 'two too']);
  });

  it('of a terminal has no frames', () => {
    const tty = Buffer.from(`${STAMP} one\r\n${STAMP} two\r\n`);
    expect(decoded(tty, 3, true)).toEqual([
      { at: AT, stream: null, text: 'one' },
      { at: AT, stream: null, text: 'two' },
    ]);
  });

  it('takes what is no stamp for text', () => {
    const without = frame(1, 'no stamp here\nnostampatallandmuchlongerthananystampthereis\n');
    expect(decoded(without, 5).map(({ at, text }) => [at, text])).toEqual([
      [null, 'no stamp here'],
      [null, 'nostampatallandmuchlongerthananystampthereis'],
    ]);
    expect(decoded(frame(1, 'plain\n'), 4, false, false)).toMatchObject([{ text: 'plain' }]);
  });

  it('cuts a line that never ends, and holds no more of it', () => {
    const decoder = logDecoder(false, false);
    for (let part = 0; part < 100; part += 1) {
      expect(decoder.push(frame(1, 'y'.repeat(16_384)))).toEqual([]);
    }
    const [line, next] = decoder.push(frame(1, '\nnext\n'));
    expect(line?.text).toBe(`${'y'.repeat(LINE_MAX_BYTES)}…`);
    expect(next?.text).toBe('next');
  });

  it('that is none is garbage', () => {
    const decoder = logDecoder(false, true);
    expect(() => decoder.push(Buffer.from('HTTP/1.1 200 OK'))).toThrow(
      expect.objectContaining({ kind: 'garbage' }),
    );
  });
});
