import type { Socket } from 'node:net';
import { afterEach, beforeAll, expect, it } from 'vitest';
import {
  type PostgresSourceOptions,
  postgresSource,
} from '../../../src/integrations/postgres/source.ts';
import { freePort } from '../../harness/free-port.ts';
import { describeReal } from '../../harness/suites.ts';
import { tcpServer } from '../http/servers.ts';
import { message, ready, refusal, result, wireServer } from './wire-server.ts';

const never = new AbortController().signal;
const timeoutMs = 800;
const closers: (() => unknown)[] = [];

// A program loads its client library at the first poll, which is not to count against a short limit.
beforeAll(() => Promise.all([import('pg'), import('../../../src/integrations/postgres/wire.ts')]));

function onPort(port: number, options: Partial<PostgresSourceOptions> = {}) {
  const source = postgresSource({
    name: 'postgres',
    address: async () => ({ host: '127.0.0.1', port }),
    database: 'postgres',
    user: 'admin',
    intervalMs: 1000,
    timeoutMs,
    ...options,
  });
  closers.push(() => source.close?.());
  return source;
}

/** A server that lets in and then answers each question as told. */
async function rogue(told: (socket: Socket, asked: string) => void) {
  const server = await wireServer(told);
  closers.push(() => server.close());
  return server;
}

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describeReal('a postgres source and what is no server, or a mad one', () => {
  it('gives up one that accepts and never answers, and lets go of it', async () => {
    const server = await tcpServer((socket) => void socket.resume());
    closers.push(() => server.close());
    const source = onPort(server.port);
    for (let poll = 0; poll < 2; poll += 1) {
      await expect(source.poll(never)).rejects.toMatchObject({
        kind: 'timeout',
        message: `PostgreSQL at 127.0.0.1:${server.port} did not answer within 0.8 s`,
      });
    }
    await server.drained();
  });

  it('gives up an answer that comes late, and does not take it for the next', async () => {
    let late: Socket | null = null;
    const answer = Buffer.concat([...activity({ version: '99' }), ready]);
    const server = await rogue((socket) => {
      if (late === null) late = socket;
      else socket.write(Buffer.concat([...activity({ version: '15.1' }), ready]));
    });
    const source = onPort(server.port);
    await expect(source.poll(never)).rejects.toMatchObject({ kind: 'timeout' });
    (late as Socket | null)?.write(answer);
    await expect(source.poll(never)).resolves.toMatchObject({ version: '15.1' });
  });

  it('tells a reset in the middle of an answer', async () => {
    const half = result([{ now: '1' }]).subarray(0, 20);
    const server = await rogue((socket) => {
      socket.write(half, () => socket.resetAndDestroy());
    });
    await expect(onPort(server.port).poll(never)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('closed the connection'),
      mend: 'see its own log',
    });
    await server.drained();
  });

  it.each([
    ['another protocol', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['noise', '\u0000\u001b[31m\u0007noise\r\n'],
    ['a server that speaks first', '+OK ready\r\n'],
  ])('calls %s no PostgreSQL', async (_, text) => {
    const server = await tcpServer((socket) => {
      socket.on('data', () => socket.write(text));
    });
    closers.push(() => server.close());
    for (const tls of ['off', 'prefer'] as const) {
      const thrown: unknown = await onPort(server.port, { tls })
        .poll(never)
        .catch((error: unknown) => error);
      expect(thrown).toMatchObject({
        kind: 'garbage',
        mend: 'see what listens there; it is not PostgreSQL',
      });
      expect(String(thrown)).not.toContain('\u001b');
    }
    await server.drained();
  });

  it.each([
    ['noise amid an answer', Buffer.from('\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007')],
    ['a message longer than any', Buffer.from([0x44, 0x7f, 0xff, 0xff, 0xff])],
    ['a message that ends too early', message('T', Buffer.from([0, 9, 65]))],
    ['a row that nothing announced', Buffer.concat([result([{}]).subarray(-14), ready])],
    ['the answer to another question', Buffer.concat([result([{ a: 'b' }]), ready])],
  ])('calls %s no PostgreSQL', async (_, bytes) => {
    const server = await rogue((socket) => void socket.write(bytes));
    await expect(onPort(server.port).poll(never)).rejects.toMatchObject({
      kind: 'garbage',
      mend: 'see what listens there; it is not PostgreSQL',
    });
    await server.drained();
  });

  it('ends an answer that does not end', async () => {
    const row = message('D', Buffer.alloc(1024 * 1024));
    const server = await rogue((socket) => {
      socket.write(result([]).subarray(0, 7));
      const pour = () => {
        while (!socket.destroyed && socket.write(row));
      };
      socket.on('drain', pour);
      pour();
    });
    await expect(onPort(server.port, { timeoutMs: 20_000 }).poll(never)).rejects.toMatchObject({
      kind: 'garbage',
      message: expect.stringContaining('answered more than 16777216 bytes'),
    });
    await server.drained();
  });

  it('takes 500 of 10,000 sessions, and their times by its own clock', async () => {
    const hourMs = 3_600_000;
    const startedAt = Date.now();
    const rows = Array.from({ length: 10_000 }, (_, n) => ({
      pid: String(n + 1),
      backend_type: 'client backend',
      state: 'active',
      xact_start: String(startedAt - hourMs - 60_000),
      query: `SELECT ${n} ${'x'.repeat(200)}`,
    }));
    const server = await rogue((socket) => {
      const now = String(Date.now() - hourMs);
      socket.write(Buffer.concat([...activity({ now, version: '15.1' }, rows), ready]));
    });
    const fact = await onPort(server.port, { timeoutMs: 5000 }).poll(never);
    expect(fact.sessions).toHaveLength(500);
    expect(fact.sessionsCut).toBe(true);
    const offMs = (fact.sessions[0]?.transactionStart ?? 0) - (startedAt - 60_000);
    expect(Math.abs(offMs)).toBeLessThan(5000);
  });

  it('asks for sizes once a minute, keeps the last ones, and lives without them', async () => {
    let now = Date.now();
    const asked: string[] = [];
    let wrong = false;
    const server = await rogue((socket, text) => {
      if (!text.includes('pg_database_size')) {
        return void socket.write(Buffer.concat([...activity({ version: '15.1' }), ready]));
      }
      asked.push(text);
      const sizes = [[], [{ datname: 'shop', bytes: '77' }], []].map((rows) => result(rows));
      const late = refusal('57014', 'canceling statement due to statement timeout', 'ERROR');
      socket.write(Buffer.concat([...(wrong ? [late] : sizes), ready]));
    });
    const source = onPort(server.port, { clock: { now: () => now } });
    const sizes = [{ name: 'shop', bytes: 77 }];
    for (let poll = 0; poll < 3; poll += 1) expect((await source.poll(never)).sizes).toEqual(sizes);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('SET LOCAL statement_timeout = 120');
    now += 61_000;
    wrong = true;
    const fact = await source.poll(never);
    expect(asked).toHaveLength(2);
    expect(fact).toMatchObject({ version: '15.1', sizes });
    expect(fact.notes).toContainEqual(
      expect.stringMatching(/^database sizes: .* took too long and was asked to stop$/),
    );
    await source.poll(never);
    expect(asked).toHaveLength(2);
  });

  it('says that a pooler is no server to look at', async () => {
    const words = 'unsupported startup parameter: options';
    const server = await tcpServer((socket) => {
      socket.on('data', () => socket.end(refusal('08P01', words)));
    });
    closers.push(() => server.close());
    await expect(onPort(server.port, { tls: 'off' }).poll(never)).rejects.toMatchObject({
      kind: 'failed',
      message: expect.stringContaining(words),
      mend: 'connect to it, not to a pooler',
    });
  });

  it('finds nobody at a free port', async () => {
    await expect(onPort(await freePort()).poll(never)).rejects.toMatchObject({
      kind: 'unreachable',
    });
  });
});

/** The six results of an activity answer, with one row of the server and these sessions. */
function activity(
  server: Readonly<Record<string, string>>,
  sessions: readonly Readonly<Record<string, string>>[] = [],
): readonly Buffer[] {
  const counts = { used: '1', total: String(sessions.length) };
  const rows = [[{ now: String(Date.now()), ...server }], [counts], [], sessions, [], []];
  return rows.map((one) => result(one));
}
