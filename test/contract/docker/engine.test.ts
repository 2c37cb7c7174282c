import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectDocker } from '../../../src/integrations/docker/client.ts';
import { dockerContainersSource } from '../../../src/integrations/docker/source.ts';
import { eventually } from '../../harness/eventually.ts';
import { describeReal } from '../../harness/suites.ts';
import { type Engine, removeEngine, startEngine } from '../../stack/engine.ts';
import { tcpServer } from '../http/servers.ts';

const never = new AbortController().signal;
const timeoutMs = 500;

// A program loads its client library at the first poll, which is not to count against a short limit.
beforeAll(() => import('dockerode'));

/** True when no thread of the process runs any more. */
function stopped(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).every((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
  });
}

function sourceOf(host: string) {
  const client = connectDocker({ host, timeoutMs });
  return dockerContainersSource({
    client,
    name: 'docker',
    project: null,
    intervalMs: 1000,
    timeoutMs,
  });
}

describe('docker without an engine', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'opsconsole-socket-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('says that the socket does not exist, and what to do', async () => {
    const path = join(dir, 'docker.sock');
    await expect(sourceOf(`unix://${path}`).poll(never)).rejects.toMatchObject({
      kind: 'unreachable',
      message: `The Docker engine's socket ${path} does not exist`,
      mend: 'start the engine or set DOCKER_HOST',
    });
  });

  it('says that nothing listens', async () => {
    const path = join(dir, 'docker.sock');
    await writeFile(path, '');
    await chmod(path, 0o666);
    await expect(sourceOf(`unix://${path}`).poll(never)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('no engine listens there'),
    });
  });

  it('calls another service garbage, by HTTP and below it', async () => {
    const other = await tcpServer((socket) => {
      const body = '{"hello":"world"}';
      socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    });
    const redis = await tcpServer((socket) => void socket.end('-ERR unknown command\r\n'));
    for (const { port } of [other, redis]) {
      await expect(sourceOf(`tcp://127.0.0.1:${port}`).poll(never)).rejects.toMatchObject({
        kind: 'garbage',
      });
    }
    await other.close();
    await redis.close();
  });

  it('closes the connection when it times out, and when it is cancelled', async () => {
    let accepted = Promise.withResolvers<void>();
    const silent = await tcpServer((socket) => {
      socket.once('data', () => accepted.resolve());
    });
    const host = `tcp://127.0.0.1:${silent.port}`;
    await expect(sourceOf(host).poll(never)).rejects.toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('did not answer within 0.5 s'),
    });
    await silent.drained();
    const closed = new AbortController();
    const reason = new Error('closed by the test');
    accepted = Promise.withResolvers();
    const poll = sourceOf(host).poll(closed.signal);
    await accepted.promise;
    closed.abort(reason);
    await expect(poll).rejects.toBe(reason);
    await silent.drained();
    const watch = sourceOf(host).watch?.(() => undefined, never);
    await expect(watch).rejects.toMatchObject({ kind: 'timeout' });
    await silent.drained();
    await silent.close();
  });
});

describeReal('docker with an engine in trouble', () => {
  let dir: string;
  let engine: Engine;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'opsconsole-engine-'));
    engine = await startEngine(dir);
  });
  afterAll(() => removeEngine(dir));

  it('times out while it hangs, is back afterwards', async () => {
    const source = sourceOf(engine.dockerHost);
    await expect(source.poll(never)).resolves.toEqual([]);
    const pid = await engine.pid();
    process.kill(pid, 'SIGSTOP');
    await eventually(() => stopped(pid), { what: 'every thread of dockerd to stop', everyMs: 10 });
    try {
      for (let poll = 0; poll < 2; poll += 1) {
        await expect(source.poll(never)).rejects.toMatchObject({ kind: 'timeout' });
      }
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await expect(source.poll(never)).resolves.toEqual([]);
  });

  it('loses its feed when it is killed, and serves the same client when it is back', async () => {
    const source = sourceOf(engine.dockerHost);
    await source.poll(never);
    const watch = source.watch?.(() => undefined, never).catch((error: unknown) => error);
    await source.poll(never);
    process.kill(await engine.pid(), 'SIGKILL');
    expect([undefined, 'unreachable', 'timeout']).toContain(
      ((await watch) as { kind?: string } | undefined)?.kind,
    );
    await expect(source.poll(never)).rejects.toMatchObject({ kind: 'unreachable' });
    engine = await startEngine(dir);
    await expect(source.poll(never)).resolves.toEqual([]);
  });
});
