import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import {
  type PostgresSourceOptions,
  postgresSource,
} from '../../../src/integrations/postgres/source.ts';
import { eventually } from '../../harness/eventually.ts';
import { tcpServer } from '../http/servers.ts';
import type { PostgresServer } from './server.ts';
import { describePostgres } from './servers.ts';

const never = new AbortController().signal;
const timeoutMs = 800;
const NOBODY = 65_534;
const closers: (() => unknown)[] = [];

// A program loads its client library at the first poll, which is not to count against a short limit.
beforeAll(() => Promise.all([import('pg'), import('../../../src/integrations/postgres/wire.ts')]));

function sourceAt(
  address: PostgresSourceOptions['address'],
  options: Partial<PostgresSourceOptions> = {},
) {
  const source = postgresSource({
    name: 'postgres',
    address,
    database: 'postgres',
    user: 'admin',
    intervalMs: 1000,
    timeoutMs,
    ...options,
  });
  closers.push(() => source.close?.());
  return source;
}

const onPort = (port: number, options: Partial<PostgresSourceOptions> = {}) =>
  sourceAt(async () => ({ host: '127.0.0.1', port }), options);

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describePostgres('a postgres source and a server in trouble', ({ it, postgresServer }) => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await postgresServer();
  });
  afterEach(() => server.kill());
  afterAll(() => server.remove());

  const source = (options: Partial<PostgresSourceOptions> = {}) =>
    sourceAt(async () => ({ socketFolder: server.socketFolder, port: server.port }), options);

  it('is unreachable while absent, and live at the first poll once it is there', async () => {
    const local = source();
    await expect(local.poll(never)).rejects.toMatchObject({
      kind: 'unreachable',
      message: `PostgreSQL at ${server.socketFolder}/.s.PGSQL.${server.port} has no socket there`,
    });
    await expect(onPort(server.port).poll(never)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('refuses connections'),
      mend: 'see whether PostgreSQL runs',
    });
    await server.start();
    await expect(local.poll(never)).resolves.toMatchObject({ role: 'primary' });
  });

  it('fails when killed, and is live at the first poll after its return', async () => {
    await server.start();
    let asked = 0;
    const own = sourceAt(async () => {
      asked += 1;
      return { socketFolder: server.socketFolder, port: server.port };
    });
    await own.poll(never);
    await own.poll(never);
    expect(asked).toBe(1);
    await server.kill();
    await expect(own.poll(never)).rejects.toMatchObject({ kind: 'unreachable' });
    await server.start();
    await expect(own.poll(never)).resolves.toMatchObject({ role: 'primary' });
  });

  it('says that somebody ended its connection, and opens another', async () => {
    await server.start();
    const own = source();
    await own.poll(never);
    await server.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'opsconsole'`);
    const first = await own.poll(never).catch((error: unknown) => error);
    // The end may have come before the question: then it is connected anew at once.
    if (first instanceof Error) expect(first).toMatchObject({ kind: 'unreachable' });
    await expect(own.poll(never)).resolves.toMatchObject({ connectionsUsed: 1 });
  });

  it('survives the crash of the server, and finds it after its recovery', async () => {
    await server.start();
    const own = source();
    await own.poll(never);
    const victim = await server.client();
    const { rows } = await victim.query('SELECT pg_backend_pid() AS pid');
    server.crash(rows[0].pid);
    const failed = await eventually(
      () =>
        own.poll(never).then(
          () => null,
          (error: unknown) => error,
        ),
      { what: 'the crash to be seen', everyMs: 1 },
    );
    expect(failed).toMatchObject({ kind: 'unreachable', mend: expect.any(String) });
    await eventually(() => own.poll(never), { what: 'the recovery' });
  });

  it('times out while hung, does not wedge, and leaves no connection behind', async () => {
    await server.start();
    const own = source();
    await own.poll(never);
    await server.signalAll('SIGSTOP');
    for (let poll = 0; poll < 3; poll += 1) {
      const startedAt = performance.now();
      await expect(own.poll(never)).rejects.toMatchObject({
        kind: 'timeout',
        message: expect.stringContaining('did not answer within 0.8 s'),
        mend: 'see whether it hangs or is overloaded',
      });
      expect(performance.now() - startedAt).toBeLessThan(2 * timeoutMs);
    }
    await server.signalAll('SIGCONT');
    await expect(own.poll(never)).resolves.toMatchObject({ role: 'primary' });
    await eventually(async () => (await own.poll(never)).connectionsUsed === 1, {
      what: 'the given up connections to be gone',
    });
  });

  it('is cancelled at once', async () => {
    await server.start();
    const own = source({ timeoutMs: 20_000 });
    await own.poll(never);
    await server.signalAll('SIGSTOP');
    const closed = new AbortController();
    const poll = own.poll(closed.signal);
    const reason = new Error('closed by the test');
    closed.abort(reason);
    await expect(poll).rejects.toBe(reason);
  });

  it('says that no connection is left, and recovers when one is; a kept one goes on', async () => {
    await server.start('max_connections=5', 'superuser_reserved_connections=2');
    await server.sql('CREATE ROLE plain LOGIN');
    const kept = source({ user: 'plain' });
    await kept.poll(never);
    const others = [
      await server.client({ user: 'plain' }),
      await server.client({ user: 'plain' }),
    ] as const;
    const late = source({ user: 'plain' });
    await expect(late.poll(never)).rejects.toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/has no connection left: .*reserved/),
      mend: 'end idle ones on its host as a superuser, or raise max_connections',
    });
    await expect(kept.poll(never)).resolves.toMatchObject({
      connectionsUsed: 3,
      maxConnections: 5,
      reservedConnections: 2,
    });
    await others[0].end();
    await eventually(() => late.poll(never), { what: 'the free connection' });
    await others[1].end();
  });

  it('says that the server shuts down, while a kept connection goes on', async () => {
    await server.start();
    const kept = source();
    await kept.poll(never);
    server.signal('SIGTERM');
    const refused = await eventually(
      async () => {
        const late = source();
        const thrown: unknown = await late.poll(never).catch((error: unknown) => error);
        return thrown instanceof Error ? thrown : null;
      },
      { what: 'the refusal' },
    );
    expect(refused).toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining(
        'takes no connections now: the database system is shutting down',
      ),
      mend: 'wait, and see its own log',
    });
    await expect(kept.poll(never)).resolves.toMatchObject({ role: 'primary' });
  });

  it('says that its socket may not be dialled', async () => {
    await server.start();
    await chmod(server.socketFolder, 0o700);
    const path = fileURLToPath(
      new URL('../../../src/integrations/postgres/source.ts', import.meta.url),
    );
    const program = `
      const { postgresSource } = await import(${JSON.stringify(path)});
      const source = postgresSource({
        name: 'postgres', database: 'postgres', user: 'admin', intervalMs: 1000, timeoutMs: 2000,
        address: async () => (${JSON.stringify(server)}),
      });
      await source.poll(new AbortController().signal).catch(({ kind, message, mend }) =>
        console.log(JSON.stringify({ kind, message, mend })));
      source.close();`;
    // Root may dial everything, and so may the owner of the folder.
    const as = userInfo().uid === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    if (as.uid === undefined) await chmod(server.socketFolder, 0o000);
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      ...as,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const told: string[] = [];
    child.stdout.on('data', (data) => told.push(String(data)));
    await once(child, 'close');
    await chmod(server.socketFolder, 0o755);
    expect(JSON.parse(told.join(''))).toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('permission denied on its socket'),
      mend: 'see who may use it',
    });
  });

  it('one that hangs does not hold up another', async () => {
    await server.start();
    const hung = await tcpServer((socket) => void socket.resume());
    closers.push(() => hung.close());
    const order: string[] = [];
    const sick = onPort(hung.port).poll(never);
    const well = source().poll(never);
    await Promise.all([sick.catch(() => order.push('sick')), well.then(() => order.push('well'))]);
    expect(order).toEqual(['well', 'sick']);
  });

  it('leaves no errors in the log of the server', async () => {
    await server.start();
    const own = source();
    await own.poll(never);
    own.close?.();
    await eventually(
      async () => {
        const look = source();
        const { connectionsUsed } = await look.poll(never);
        look.close?.();
        return connectionsUsed === 1;
      },
      { what: 'the closed connection to be gone' },
    );
    await server.kill();
    expect(server.log.join('\n')).toContain('ready to accept');
    expect(server.log.join('\n')).not.toMatch(/ERROR|unexpected EOF|could not receive/);
  });
});
