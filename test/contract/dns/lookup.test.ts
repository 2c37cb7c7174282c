import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { dnsProbes } from '../../../src/integrations/dns/probes.ts';
import { read, testContext } from '../../unit/integrations/context.ts';

const HEAD_BYTES = 12;
const [NO_SUCH_NAME, NAME_ERROR] = [3, 0x8180];

/** The end of the one question of a message: its name, its type and its class. */
function questionEnd(message: Buffer): number {
  let at = HEAD_BYTES;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) at += length + 1;
  return at + 5;
}

/** A name server that knows one name, by its first label, with IPv4 addresses. */
function answer(message: Buffer, label: string, addresses: readonly string[]): Buffer {
  const end = questionEnd(message);
  const asked = message.subarray(HEAD_BYTES + 1, HEAD_BYTES + 1 + (message[HEAD_BYTES] ?? 0));
  const known = asked.toString('latin1').toLowerCase() === label;
  const isFour = message.readUInt16BE(end - 4) === 1;
  const given = known && isFour ? addresses : [];
  const head = Buffer.alloc(HEAD_BYTES);
  message.copy(head, 0, 0, 2);
  head.writeUInt16BE(known ? NAME_ERROR : NAME_ERROR | NO_SUCH_NAME, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(given.length, 6);
  const records = given.map((address) => {
    const record = Buffer.from([0xc0, HEAD_BYTES, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 0, 0, 0, 0]);
    for (const [index, part] of address.split('.').entries()) record[12 + index] = Number(part);
    return record;
  });
  return Buffer.concat([head, message.subarray(HEAD_BYTES, end), ...records]);
}

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

async function nameServer(reply: (message: Buffer) => Buffer | null): Promise<string> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.on('message', (message, from) => {
    const answered = reply(message);
    if (answered !== null) socket.send(answered, from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return `127.0.0.1:${socket.address().port}`;
}

describe('dns.lookup', () => {
  const ask = (name: string, server: string) =>
    read(dnsProbes(), 'dns.lookup', { name, server }, testContext());

  it('tells every address of a name, and how long it may be kept', async () => {
    const server = await nameServer((message) =>
      answer(message, 'api', ['192.0.2.9', '192.0.2.7']),
    );
    expect(await ask('api.example', server)).toEqual({
      found: true,
      addresses: ['192.0.2.7', '192.0.2.9'],
      ttlMs: 60_000,
    });
  });

  it('takes a name that is nothing for an answer', async () => {
    const server = await nameServer((message) => answer(message, 'api', ['192.0.2.9']));
    expect(await ask('gone.example', server)).toEqual({ found: false, addresses: [], ttlMs: null });
  });

  it('fails in words when the name server is silent, or talks nonsense', async () => {
    const silent = await nameServer(() => null);
    await expect(ask('api.example', silent)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('No name server tells what api.example stands for'),
    });
    const mad = await nameServer((message) =>
      Buffer.concat([message.subarray(0, 2), Buffer.of(1)]),
    );
    await expect(ask('api.example', mad)).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('asks for names only', () => {
    const [probe] = dnsProbes();
    for (const name of ['-x', 'a b', '', 'a/b']) {
      expect(probe?.input.safeParse({ name }).success).toBe(false);
    }
    expect(probe?.command({ name: 'api.example' }, testContext())).toBe(
      'dig +short api.example A api.example AAAA',
    );
  });
});
