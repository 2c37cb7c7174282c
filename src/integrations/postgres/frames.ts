/** Type and length of a message. */
const HEADER_BYTES = 5;
/** The length counts itself. */
const LENGTH_BYTES = 4;

const codes = (letters: string) => new Set(Buffer.from(letters));
/** What a server's first message can be: authentication, error, notice, negotiation. */
const FIRST = codes('RENv');
/** All that a server may send to a client that asks simple questions. */
const ANY = codes('RENvKSTDCIZAnt123s');

/** Follows where the messages of a connection begin and end, without looking into them. */
export interface Frames {
  /** False once what comes can be no message of a server. */
  fit(chunk: Buffer): boolean;
}

/**
 * Random bytes taken for a length would have the library wait for what never comes.
 * @param maxBytes the longest message that is believed
 */
export function createFrames(maxBytes: number): Frames {
  const header = Buffer.alloc(HEADER_BYTES);
  let known = 0;
  let rest = 0;
  let allowed = FIRST;
  return {
    fit(chunk) {
      let at = 0;
      while (at < chunk.length) {
        const skipped = Math.min(rest, chunk.length - at);
        rest -= skipped;
        at += skipped;
        if (at === chunk.length) break;
        header[known] = chunk[at] ?? 0;
        known += 1;
        at += 1;
        if (!allowed.has(header[0] ?? 0)) return false;
        if (known < HEADER_BYTES) continue;
        const lengthBytes = header.readUInt32BE(1);
        if (lengthBytes < LENGTH_BYTES || lengthBytes > maxBytes) return false;
        rest = lengthBytes - LENGTH_BYTES;
        known = 0;
        allowed = ANY;
      }
      return true;
    },
  };
}
