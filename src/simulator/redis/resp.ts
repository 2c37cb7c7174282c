import type { Reply } from '../world/redis/reply.ts';

/** More than this for one command is nothing a client of this world sends. */
const COMMAND_MAX_BYTES = 512 * 1024 * 1024;
const WORDS_MAX = 1024 * 1024;
const CRLF = Buffer.from('\r\n');

/** What came that is no command, in Redis' words. */
export class ProtocolError extends Error {}

/** Takes the bytes of a connection as they come and gives whole commands. */
export interface CommandReader {
  /** @throws ProtocolError */
  push(bytes: Buffer): readonly (readonly Buffer[])[];
}

interface Read<T> {
  readonly value: T;
  readonly next: number;
}

function line(bytes: Buffer, from: number): Read<string> | null {
  const end = bytes.indexOf(CRLF, from);
  return end < 0 ? null : { value: bytes.toString('latin1', from, end), next: end + 2 };
}

/** A command as a list of bulk strings. */
function listed(bytes: Buffer, head: Read<string>): Read<readonly Buffer[]> | null {
  const count = Number(head.value.slice(1));
  if (!Number.isInteger(count) || count > WORDS_MAX) {
    throw new ProtocolError('invalid multibulk length');
  }
  const words: Buffer[] = [];
  let { next } = head;
  for (let word = 0; word < count; word += 1) {
    const length = line(bytes, next);
    if (length === null) return null;
    if (!length.value.startsWith('$')) {
      throw new ProtocolError(`expected '$', got '${length.value[0] ?? ''}'`);
    }
    const size = Number(length.value.slice(1));
    if (!Number.isInteger(size) || size < 0 || size > COMMAND_MAX_BYTES) {
      throw new ProtocolError('invalid bulk length');
    }
    const end = length.next + size;
    if (bytes.length < end + 2) return null;
    words.push(bytes.subarray(length.next, end));
    next = end + 2;
  }
  return { value: words, next };
}

/** A reader for one connection. */
export function createCommandReader(): CommandReader {
  let parts: Buffer[] = [];
  return {
    push(more) {
      parts.push(more);
      let bytes = parts.length === 1 ? more : Buffer.concat(parts);
      const commands: (readonly Buffer[])[] = [];
      for (;;) {
        const head = line(bytes, 0);
        if (head === null) break;
        const command = head.value.startsWith('*')
          ? listed(bytes, head)
          : {
              value: head.value
                .split(' ')
                .filter(Boolean)
                .map((w) => Buffer.from(w)),
              next: head.next,
            };
        if (command === null) break;
        bytes = bytes.subarray(command.next);
        if (command.value.length > 0) commands.push(command.value);
      }
      parts = bytes.length === 0 ? [] : [bytes];
      return commands;
    },
  };
}

function bulk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, CRLF]);
}

/** An answer in the protocol of its connection. */
export function encode(reply: Reply, protocol: 2 | 3): Buffer {
  if (reply === null) return Buffer.from(protocol === 3 ? '_\r\n' : '$-1\r\n');
  if (typeof reply === 'number') return Buffer.from(`:${reply}\r\n`);
  if (typeof reply === 'string') return bulk(Buffer.from(reply));
  if (Buffer.isBuffer(reply)) return bulk(reply);
  if ('status' in reply) return Buffer.from(`+${reply.status}\r\n`);
  if ('error' in reply) return Buffer.from(`-${reply.error}\r\n`);
  if ('text' in reply) {
    const text = Buffer.from(reply.text);
    if (protocol === 2) return bulk(text);
    return Buffer.concat([Buffer.from(`=${text.length + 4}\r\ntxt:`), text, CRLF]);
  }
  if ('waitsFor' in reply) return Buffer.alloc(0);
  const items: readonly Reply[] = 'pairs' in reply ? reply.pairs : reply;
  const map = 'pairs' in reply && protocol === 3;
  const head = map ? `%${items.length / 2}\r\n` : `*${items.length}\r\n`;
  const encoded = items.map((item) => encode(item, protocol));
  return Buffer.concat([Buffer.from(head), ...encoded]);
}
