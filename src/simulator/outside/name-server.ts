import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** What a name stands for. */
export interface Named {
  /** IPv4; none for a name that is known and stands for nothing. */
  readonly addresses: readonly string[];
  readonly ttlSeconds: number;
}

/** A name server on 127.0.0.1. */
export interface NameServer {
  readonly port: number;
  close(): void;
}

const HEAD_BYTES = 12;
const TYPE_A = 1;
/** A recursive answer, and the one for a name that nobody knows. */
const [ANSWER, UNKNOWN] = [0x8180, 0x8183];
/** The name of the question, and class IN. */
const RECORD_HEAD = [0xc0, HEAD_BYTES, 0, TYPE_A, 0, 1];

/** The name that a message asks for, and where its question ends. */
function questionIn(message: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = HEAD_BYTES;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 5 };
}

function record(address: string, ttlSeconds: number): Buffer {
  const bytes = Buffer.alloc(16);
  Buffer.from(RECORD_HEAD).copy(bytes);
  bytes.writeUInt32BE(ttlSeconds, 6);
  bytes.writeUInt16BE(4, 10);
  for (const [index, part] of address.split('.').entries()) bytes[12 + index] = Number(part);
  return bytes;
}

function answerTo(message: Buffer, named: (name: string) => Named | null): Buffer {
  const { name, end } = questionIn(message);
  const known = named(name);
  const asksForFour = message.readUInt16BE(end - 4) === TYPE_A;
  const addresses = known !== null && asksForFour ? known.addresses : [];
  const head = Buffer.alloc(HEAD_BYTES);
  message.copy(head, 0, 0, 2);
  head.writeUInt16BE(known === null ? UNKNOWN : ANSWER, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(addresses.length, 6);
  const records = addresses.map((address) => record(address, known?.ttlSeconds ?? 0));
  return Buffer.concat([head, message.subarray(HEAD_BYTES, end), ...records]);
}

/**
 * Answers questions for IPv4 addresses.
 * @param named what a name stands for now; null for one that nobody knows
 */
export async function createNameServer(named: (name: string) => Named | null): Promise<NameServer> {
  const socket = createSocket('udp4');
  socket.on('error', () => undefined);
  socket.on('message', (message, from) => {
    if (message.length <= HEAD_BYTES + 5) return;
    socket.send(answerTo(message, named), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, close: () => socket.close() };
}
