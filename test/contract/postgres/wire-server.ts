import type { Socket } from 'node:net';
import { type TestServer, tcpServer } from '../http/servers.ts';

/** A message of the protocol: its type, its length, its body. */
export function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

function int(bytes: 2 | 4, value: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeIntBE(value, 0, bytes);
  return buffer;
}

const string = (text: string) => Buffer.from(`${text}\0`);

/** The end of an answer: the server waits for the next question. */
export const ready = message('Z', Buffer.from('I'));

/** The rows of one statement, every column as text. */
export function result(rows: readonly Readonly<Record<string, string | null>>[]): Buffer {
  const columns = Object.keys(rows[0] ?? {});
  const head = columns.map((name) =>
    Buffer.concat([
      string(name),
      int(4, 0),
      int(2, 0),
      int(4, 25),
      int(2, -1),
      int(4, -1),
      int(2, 0),
    ]),
  );
  const lines = rows.map((row) => {
    const cells = columns.map((name) => {
      const text = row[name] ?? null;
      if (text === null) return int(4, -1);
      const bytes = Buffer.from(text);
      return Buffer.concat([int(4, bytes.length), bytes]);
    });
    return message('D', Buffer.concat([int(2, cells.length), ...cells]));
  });
  return Buffer.concat([
    message('T', Buffer.concat([int(2, head.length), ...head])),
    ...lines,
    message('C', string(`SELECT ${rows.length}`)),
  ]);
}

/** What a server says that refuses. */
export function refusal(state: string, words: string, severity = 'FATAL'): Buffer {
  const fields = [`S${severity}`, `V${severity}`, `C${state}`, `M${words}`].map(string);
  return message('E', Buffer.concat([...fields, Buffer.from([0])]));
}

const noPassword = message('R', int(4, 0));
const SSL_REQUEST_BYTES = 8;

/**
 * A server that lets everyone in and answers as it is told, for what a real one cannot be brought to.
 * @param told answers what is asked; what a connection asks first, it answers itself
 */
export function wireServer(told: (socket: Socket, asked: string) => void): Promise<TestServer> {
  return tcpServer((socket) => {
    let greeted = false;
    socket.on('data', (data) => {
      if (!greeted && data.length === SSL_REQUEST_BYTES) return void socket.write('N');
      if (!greeted) {
        greeted = true;
        return void socket.write(Buffer.concat([noPassword, ready]));
      }
      const asked = data.toString('latin1', 5);
      const first = asked.startsWith('SELECT 1') || asked.startsWith('SELECT set_config');
      if (!first) return told(socket, asked);
      socket.write(Buffer.concat([message('C', string('SELECT 0')), ready]));
    });
  });
}
