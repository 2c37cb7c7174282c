import { StringDecoder } from 'node:string_decoder';

/** What of an unfinished line is kept; the parser cuts at less. */
const REST_LENGTH_MAX = 128 * 1024;

/** Cuts a stream of bytes into lines, holding no more than one bounded unfinished line. */
export interface LineSplitter {
  /** The lines that these bytes have finished. */
  push(bytes: Buffer): readonly string[];
  /** What was not finished, as the last line; null when there is nothing. */
  flush(): string | null;
}

/** Makes a splitter of UTF-8 text; what is too long of a line is left out. */
export function createLineSplitter(lengthMax = REST_LENGTH_MAX): LineSplitter {
  let decoder = new StringDecoder('utf8');
  let rest = '';
  const kept = (text: string) => (text.length > lengthMax ? text.slice(0, lengthMax) : text);
  return {
    push(bytes) {
      const parts = decoder.write(bytes).split('\n');
      const last = parts.pop() ?? '';
      if (parts.length === 0) {
        rest = kept(rest + last);
        return [];
      }
      parts[0] = kept(rest + parts[0]);
      rest = kept(last);
      return parts.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
    },
    flush() {
      const line = rest + decoder.end();
      rest = '';
      decoder = new StringDecoder('utf8');
      return line === '' ? null : line;
    },
  };
}
