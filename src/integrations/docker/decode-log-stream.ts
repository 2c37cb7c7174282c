import { OperatorError } from '../../domain/operator-error.ts';
import { timeOf } from './decode.ts';

/** One line of a container's log, as it was written: not yet sanitized. */
export interface RawLogLine {
  /** When the engine took it in, epoch ms; null where no stamps were asked for. */
  readonly at: number | null;
  /** Null for a terminal's log, which has one stream. */
  readonly stream: 'stdout' | 'stderr' | null;
  readonly text: string;
}

/** Takes the bytes of a log as they come and gives whole lines. */
export interface LogDecoder {
  push(bytes: Buffer): readonly RawLogLine[];
  /** The line that was begun and never ended. */
  end(): readonly RawLogLine[];
}

/** What is longer is cut, and its end is not kept. */
export const LINE_MAX_BYTES = 64 * 1024;
const HEADER_BYTES = 8;
const NEWLINE = 0x0a;
const SPACE = 0x20;
const EMPTY = Buffer.alloc(0);
/** `2026-11-22T02:33:31.498303190Z `: the longest that the engine writes. */
const STAMP_MAX_BYTES = 36;
const CUT = '…';

/** Gathers one stream's bytes into lines; what lies over the bound is dropped as it comes. */
class Lines {
  readonly #stream: RawLogLine['stream'];
  readonly #stamped: boolean;
  #parts: Buffer[] = [];
  #bytes = 0;
  #cut = false;
  #at: number | null = null;
  #stamp: Buffer = EMPTY;
  #stamping: boolean;

  constructor(stream: RawLogLine['stream'], stamped: boolean) {
    this.#stream = stream;
    this.#stamped = stamped;
    this.#stamping = stamped;
  }

  /** Every frame begins with a stamp, also one that continues a long line. */
  frame(): void {
    this.#stamping = this.#stamped;
  }

  push(bytes: Buffer, out: RawLogLine[]): void {
    let from = 0;
    while (from < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, from);
      this.#add(bytes.subarray(from, newline < 0 ? bytes.length : newline));
      if (newline < 0) return;
      out.push(this.#line());
      from = newline + 1;
    }
  }

  /** The line that was begun. */
  rest(): readonly RawLogLine[] {
    return this.#bytes > 0 || this.#stamp.length > 0 || this.#at !== null ? [this.#line()] : [];
  }

  #line(): RawLogLine {
    if (this.#stamp.length > 0) this.#endStamp();
    const text = Buffer.concat(this.#parts).toString('utf8').replace(/\r$/, '');
    const line = { at: this.#at, stream: this.#stream, text: this.#cut ? text + CUT : text };
    this.#parts = [];
    this.#bytes = 0;
    this.#cut = false;
    this.#at = null;
    this.#stamping = this.#stamped;
    return line;
  }

  #add(bytes: Buffer): void {
    this.#keep(this.#stamping ? this.#takeStamp(bytes) : bytes);
  }

  /** Takes the stamp, or a part of it, from the begin of `bytes`; returns the rest. */
  #takeStamp(bytes: Buffer): Buffer {
    const space = bytes.indexOf(SPACE);
    const taken = space < 0 ? bytes : bytes.subarray(0, space + 1);
    if (this.#stamp.length + taken.length > STAMP_MAX_BYTES) {
      this.#endStamp();
      return bytes;
    }
    this.#stamp = Buffer.concat([this.#stamp, taken]);
    if (space >= 0) this.#endStamp();
    return bytes.subarray(taken.length);
  }

  #endStamp(): void {
    const stamp = this.#stamp;
    this.#stamp = EMPTY;
    this.#stamping = false;
    const at = timeOf(stamp.toString('latin1').trim());
    if (at === null) this.#keep(stamp);
    else this.#at ??= at;
  }

  #keep(bytes: Buffer): void {
    const room = LINE_MAX_BYTES - this.#bytes;
    if (bytes.length > room) this.#cut = true;
    const kept = bytes.subarray(0, room);
    if (kept.length > 0) this.#parts.push(kept);
    this.#bytes += kept.length;
  }
}

function plainDecoder(stamped: boolean): LogDecoder {
  const lines = new Lines(null, stamped);
  return {
    push(bytes) {
      const out: RawLogLine[] = [];
      lines.push(bytes, out);
      return out;
    },
    end: () => lines.rest(),
  };
}

function framedDecoder(stamped: boolean): LogDecoder {
  const stdout = new Lines('stdout', stamped);
  const stderr = new Lines('stderr', stamped);
  let header: Buffer = EMPTY;
  let left = 0;
  let current = stdout;

  const begin = () => {
    const kind = header[0] ?? 0xff;
    if (kind > 2 || header.readUIntBE(1, 3) !== 0) {
      const mend = 'see what listens there; it may be another service or a proxy';
      throw new OperatorError('garbage', "The answer is not the log of a Docker engine's", mend);
    }
    left = header.readUInt32BE(4);
    header = EMPTY;
    current = kind === 2 ? stderr : stdout;
    current.frame();
  };

  return {
    push(bytes) {
      const out: RawLogLine[] = [];
      let at = 0;
      while (at < bytes.length) {
        if (left === 0) {
          const wanted = HEADER_BYTES - header.length;
          header = Buffer.concat([header, bytes.subarray(at, at + wanted)]);
          at += wanted;
          if (header.length === HEADER_BYTES) begin();
        } else {
          const part = bytes.subarray(at, at + left);
          current.push(part, out);
          left -= part.length;
          at += part.length;
        }
      }
      return out;
    },
    end: () => [...stdout.rest(), ...stderr.rest()],
  };
}

/**
 * @param tty a terminal's log is plain text, any other is framed by stream
 * @param stamped time stamps were asked for
 */
export function logDecoder(tty: boolean, stamped: boolean): LogDecoder {
  return tty ? plainDecoder(stamped) : framedDecoder(stamped);
}
