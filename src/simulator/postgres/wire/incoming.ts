import { SqlError } from '../sql/sql-error.ts';

// What a client says.

const MESSAGE_BYTES_MAX = 16 * 1024 * 1024;
const STARTUP_BYTES_MAX = 10_000;

export interface Incoming {
  /** The letter of its type; empty for the first message of a connection, which has none. */
  readonly type: string;
  readonly body: Buffer;
}

const violated = (words: string) => new SqlError('08P01', words, 'FATAL');

/** Cuts the bytes of a connection into messages. */
export function incoming() {
  let bytes: Buffer = Buffer.alloc(0);
  return {
    add(chunk: Buffer): void {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    },
    /** How much has come that is in no message yet. */
    get rest(): number {
      return bytes.length;
    },
    /**
     * The next message; null while it has not come whole.
     * @param typed false for the first, which has no type
     * @throws SqlError for one that is too long
     */
    next(typed: boolean): Incoming | null {
      const head = typed ? 1 : 0;
      if (bytes.length < head + 4) return null;
      const length = bytes.readInt32BE(head);
      if (length < 4 || length > (typed ? MESSAGE_BYTES_MAX : STARTUP_BYTES_MAX)) {
        throw violated(typed ? 'invalid message length' : 'invalid length of startup packet');
      }
      if (bytes.length < head + length) return null;
      const type = bytes.toString('latin1', 0, head);
      const body = bytes.subarray(head + 4, head + length);
      bytes = bytes.subarray(head + length);
      return { type, body };
    },
  };
}

/** Reads the parts of a message, one after the other. */
export class Body {
  readonly #bytes: Buffer;
  #place = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#place;
  }

  #take(length: number): number {
    const from = this.#place;
    if (length < 0 || from + length > this.#bytes.length) {
      throw violated('insufficient data left in message');
    }
    this.#place += length;
    return from;
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#take(2));
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#take(4));
  }

  text(): string {
    const end = this.#bytes.indexOf(0, this.#place);
    if (end < 0) throw violated('invalid string in message');
    const from = this.#take(end - this.#place + 1);
    return this.#bytes.toString('utf8', from, end);
  }

  bytes(length: number): Buffer {
    const from = this.#take(length);
    return this.#bytes.subarray(from, from + length);
  }
}

/** What a startup message asks for: `user`, `database`, `options`, settings. */
export function startupParameters(body: Body): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (let name = body.text(); name !== ''; name = body.text()) parameters.set(name, body.text());
  return parameters;
}

/** The settings of libpq's `options`: `-c name=value`, with `\` before what would part words. */
export function optionSettings(options: string): readonly (readonly [string, string])[] {
  const words = options.match(/(?:\\[\s\S]|[^\s\\])+/g) ?? [];
  return words.flatMap((word, place): readonly (readonly [string, string])[] => {
    if (word === '-c') return [];
    const given = words[place - 1] === '-c' ? word : word.replace(/^-c|^--/, '');
    const [name = '', ...value] = given.replace(/\\([\s\S])/g, '$1').split('=');
    return [[name.replaceAll('-', '_'), value.join('=')]];
  });
}
