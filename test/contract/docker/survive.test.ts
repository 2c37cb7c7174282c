import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connectDocker } from '../../../src/integrations/docker/client.ts';
import {
  dockerContainersSource,
  dockerUsageSource,
} from '../../../src/integrations/docker/source.ts';
import { httpServer, type TestServer, tcpServer } from '../http/servers.ts';

const never = new AbortController().signal;
const timeoutMs = 1000;
const EMPTY_LIST = 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n[]';

// A program loads its client library at the first poll, which is not to count against a short limit.
beforeAll(() => import('dockerode'));

/** A list as an engine sends it, with control sequences wherever a text can stand. */
function listOf(count: number) {
  const evil = '\u001b]0;owned\u0007\u001b[2J';
  return Array.from({ length: count }, (_, index) => ({
    Id: index.toString(16).padStart(64, '0'),
    Names: [`/c${String(index).padStart(5, '0')}${evil}`],
    Image: `image${evil}`,
    State: 'running',
    Status: `Up 3 hours${evil} (healthy)`,
    Created: 1_700_000_000,
    Labels: {
      'com.docker.compose.project': `p${evil}`,
      'com.docker.compose.service': `s${evil}`,
      'com.docker.compose.container-number': '1',
    },
    Ports: [{ IP: '0.0.0.0', PrivatePort: 80, PublicPort: 1000 + index, Type: 'tcp' }],
    NetworkSettings: { Networks: { [`net${evil}`]: { IPAddress: '10.0.0.1' } } },
  }));
}

const ended = (server: TestServer) => onTestFinished(() => server.close());

function sourceOn({ port }: TestServer, limitMs = timeoutMs) {
  const client = connectDocker({ host: `tcp://127.0.0.1:${port}`, timeoutMs: limitMs });
  const source = dockerContainersSource({
    client,
    name: 'docker',
    project: null,
    intervalMs: 1000,
    timeoutMs: limitMs,
  });
  onTestFinished(() => {
    source.close?.();
    client.close();
  });
  return { client, source };
}

/** The thread's own time, ms: what else runs on this machine does not count. */
function usedMs(): number {
  const { system, user } = process.threadCpuUsage();
  return (system + user) / 1000;
}

/** Runs `work` and tells the longest time that nothing else could run meanwhile, ms. */
async function longestStall(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = usedMs();
  let done = false;
  const look = () => {
    const now = usedMs();
    longest = Math.max(longest, now - last);
    last = now;
    if (!done) setImmediate(look);
  };
  setImmediate(look);
  await work();
  done = true;
  return Math.max(longest, usedMs() - last);
}

describe('an engine that misbehaves', () => {
  it('resets in the middle of its answer, and is back at the next poll', async () => {
    let broken = true;
    const server = await httpServer((_request, response) => {
      const body = JSON.stringify(listOf(10));
      if (!broken) return void response.end(body);
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.slice(0, 500), () => response.socket?.resetAndDestroy());
    });
    ended(server);
    const { source } = sourceOn(server);
    await expect(source.poll(never)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('closed the connection before it had answered'),
      mend: "see the engine's own log",
    });
    broken = false;
    await expect(source.poll(never)).resolves.toHaveLength(10);
  });

  it('ends its answer too early', async () => {
    const server = await tcpServer((socket) => {
      socket.once('data', () => {
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n[{"Id":"');
      });
    });
    ended(server);
    await expect(sourceOn(server).source.poll(never)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('closed the connection'),
    });
  });

  it('answers garbage with status 200', async () => {
    const server = await httpServer((_request, response) => {
      response.end('\u0000\u001b[31m{{{{ not json');
    });
    ended(server);
    await expect(sourceOn(server).source.poll(never)).rejects.toMatchObject({
      kind: 'garbage',
      mend: expect.stringContaining('another service or a proxy'),
    });
  });

  it('denies, as a proxy of the socket does, in its own words made safe', async () => {
    const server = await httpServer((_request, response) => {
      response.writeHead(403).end('{"message":"\\u001b[31mforbidden\\u001b[0m by rule 7"}');
    });
    ended(server);
    await expect(sourceOn(server).source.poll(never)).rejects.toMatchObject({
      kind: 'denied',
      message: 'The Docker engine denies it: forbidden by rule 7',
    });
  });

  it('lists, but denies every inspection: the list is told all the same', async () => {
    let inspections = 0;
    const server = await httpServer((request, response) => {
      if (request.url?.startsWith('/containers/json')) {
        return void response.end(JSON.stringify(listOf(3)));
      }
      inspections += 1;
      response.writeHead(403).end('{"message":"no"}');
    });
    ended(server);
    const { source } = sourceOn(server);
    await source.poll(never);
    await source.poll(never);
    const containers = await source.poll(never);
    expect(containers).toMatchObject([
      { name: 'c00000', inspected: false, health: 'healthy', project: 'p', service: 's' },
      {},
      {},
    ]);
    // A refusal is not asked for again.
    expect(inspections).toBe(3);
  });

  it('takes seconds for each inspection: the names are there before', async () => {
    const held: (() => void)[] = [];
    const server = await httpServer((request, response) => {
      if (request.url?.startsWith('/containers/json')) {
        return void response.end(JSON.stringify(listOf(150)));
      }
      held.push(() => response.destroy());
    });
    ended(server);
    const { source } = sourceOn(server);
    const containers = await source.poll(never);
    expect(containers).toHaveLength(150);
    expect(containers.every(({ inspected }) => !inspected)).toBe(true);
    expect(held.length).toBeLessThanOrEqual(4);
    // Later polls wait for them a little, and not for long.
    const startedAt = performance.now();
    await source.poll(never);
    expect(performance.now() - startedAt).toBeLessThan(timeoutMs);
    for (const drop of held) drop();
  });

  it('is slow: within its limit it is waited for, beyond it is a timeout', async () => {
    const waiting: (() => void)[] = [];
    const arrived = Promise.withResolvers<void>();
    const server = await httpServer((_request, response) => {
      waiting.push(() => response.end('[]'));
      arrived.resolve();
    });
    ended(server);
    const poll = sourceOn(server).source.poll(never);
    await arrived.promise;
    waiting.shift()?.();
    await expect(poll).resolves.toEqual([]);
    await expect(sourceOn(server, 200).source.poll(never)).rejects.toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('did not answer within 0.2 s'),
      mend: 'see whether the engine hangs',
    });
  });

  it('lists 10,000 containers, safe to show, and lets others work meanwhile', async () => {
    const body = JSON.stringify(listOf(10_000));
    const server = await httpServer((request, response) => {
      if (request.url?.startsWith('/containers/json')) return void response.end(body);
      response.writeHead(404).end('{"message":"gone"}');
    });
    ended(server);
    const { source } = sourceOn(server, 20_000);
    await source.poll(never);
    let containers: Awaited<ReturnType<typeof source.poll>> = [];
    const stallMs = await longestStall(async () => {
      containers = await source.poll(never);
    });
    expect(containers).toHaveLength(10_000);
    expect(JSON.stringify(containers)).not.toMatch(/\\u001b|owned/);
    // Parsing the text is one piece.
    expect(stallMs).toBeLessThan(500);
  });

  it('hangs on the statistics of one container: the others are told', async () => {
    const stats = { cpu_stats: { cpu_usage: { total_usage: 1 } }, memory_stats: { usage: 5 } };
    const server = await httpServer((request, response) => {
      if (!request.url?.includes('/hung/')) response.end(JSON.stringify(stats));
    });
    ended(server);
    const { client } = sourceOn(server);
    let wanted: ReadonlySet<string> = new Set(['well', 'hung']);
    const usage = dockerUsageSource({
      client,
      name: 'usage',
      project: null,
      intervalMs: 1000,
      timeoutMs: 500,
      wanted: () => wanted,
    });
    expect(await usage.poll(never)).toMatchObject([{ id: 'well', memoryBytes: 5 }]);
    wanted = new Set(['hung']);
    await expect(usage.poll(never)).rejects.toMatchObject({ kind: 'timeout' });
    wanted = new Set();
    const before = server.open();
    expect(await usage.poll(never)).toEqual([]);
    expect(server.open()).toBeLessThanOrEqual(before);
  });
});

// Permission is asked of nobody who is root: these act as another user for a moment.
describe.runIf(process.getuid?.() === 0)('a socket this user may not open (asks for ROOT)', () => {
  it('is denied in words, and serves once it may be opened', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'opsconsole-denied-'));
    const path = join(dir, 'docker.sock');
    const server = createServer((socket) => {
      socket.once('data', () => socket.end(EMPTY_LIST));
    }).listen(path);
    await once(server, 'listening');
    await chmod(dir, 0o755);
    await chmod(path, 0o600);
    const client = connectDocker({ host: `unix://${path}`, timeoutMs });
    // The library must be there before: another user may not be able to read it.
    await client.list({ project: null }, never);
    process.seteuid?.(65_534);
    try {
      await expect(client.list({ project: null }, never)).rejects.toMatchObject({
        kind: 'denied',
        message: `The Docker engine's socket ${path} may not be opened by this user`,
        mend: 'add your user to the docker group or run with sudo',
      });
      process.seteuid?.(0);
      await chmod(path, 0o666);
      process.seteuid?.(65_534);
      await expect(client.list({ project: null }, never)).resolves.toEqual([]);
    } finally {
      process.seteuid?.(0);
      client.close();
      server.close();
      await rm(dir, { recursive: true, force: true });
    }
  });
});
