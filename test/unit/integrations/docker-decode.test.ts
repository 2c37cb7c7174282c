import { describe, expect, it } from 'vitest';
import {
  decodeInspection,
  decodeList,
  timeOf,
  toContainer,
} from '../../../src/integrations/docker/decode.ts';
import {
  decodeEvent,
  decodeLogs,
  isErrorLine,
} from '../../../src/integrations/docker/decode-stream.ts';
import {
  cpuBetween,
  decodeStats,
  rateBetween,
  toUsage,
} from '../../../src/integrations/docker/decode-usage.ts';
import { fixture, jsonFixture } from './fixtures.ts';

const garbage = expect.objectContaining({ name: 'OperatorError', kind: 'garbage' });

const breathe = () => Promise.resolve();
const listed = (value: unknown) => decodeList(value, breathe);

describe('the list of containers', async () => {
  const list = await listed(jsonFixture('docker/list.json'));
  const named = (name: string) => list.find((line) => line.name === name);

  it('is sorted by name and carries compose project and service', () => {
    expect(list.map(({ name }) => name)).toEqual([
      'falcon-created',
      'falcon-oom',
      'falcon-peer',
      'falcon-redis',
      'falcon_fleet_1',
      'falcon_fleet_2',
    ]);
    expect(named('falcon-redis')).toMatchObject({ project: 'falcon', service: 'redis', ports: [] });
    expect(named('falcon-oom')).toMatchObject({ project: null, service: null, state: 'exited' });
  });

  it('tells networks of stopped containers, and that a disconnected one has none', () => {
    expect(named('falcon-redis')?.networks).toEqual({ falcon_net: '' });
    expect(named('falcon-peer')?.networks).toEqual({});
    expect(named('falcon_fleet_1')?.networks['falcon_net']).toMatch(/^198\.19\./);
  });

  it('keeps the labels that people gave, by which a role finds its containers', async () => {
    const [line] = await listed([
      {
        Id: 'b'.repeat(64),
        Names: ['/kv'],
        Image: 'i',
        State: 'running',
        Status: 'Up',
        Labels: {
          'com.docker.compose.service': 'kv',
          tier: 'cache\u001b[2J',
          long: 'x'.repeat(5000),
        },
      },
    ]);
    expect(line?.labels).toEqual({ tier: 'cache' });
    const seen =
      line &&
      toContainer(line, { detail: null, current: false, killedLately: false, recentRestarts: [] });
    expect(seen?.labels).toEqual({ tier: 'cache' });
  });

  it('keeps only published TCP ports', async () => {
    const [line] = await listed([
      {
        Id: 'a'.repeat(64),
        Names: ['/web', '/other/web'],
        Image: 'i',
        State: 'running',
        Status: 'Up',
        Labels: null,
        Ports: [
          { PrivatePort: 80, PublicPort: 8080, IP: '0.0.0.0', Type: 'tcp' },
          { PrivatePort: 81, Type: 'tcp' },
          { PrivatePort: 53, PublicPort: 53, IP: '::', Type: 'udp' },
        ],
      },
    ]);
    expect(line?.ports).toEqual([{ containerPort: 80, hostAddress: '0.0.0.0', hostPort: 8080 }]);
    expect(line?.name).toBe('web');
  });

  it('strips control sequences from everything that can be shown', async () => {
    const evil = '\u001b[31mred\u001b[0m\u001b]0;title\u0007\u202e';
    const [line] = await listed([
      {
        Id: 'b'.repeat(64),
        Names: [`/${evil}`],
        Image: evil,
        State: 'running',
        Status: evil,
        Labels: { 'com.docker.compose.project': evil, 'com.docker.compose.service': evil },
        NetworkSettings: { Networks: { [evil]: { IPAddress: evil } } },
      },
    ]);
    expect(JSON.stringify(line)).not.toMatch(/\\u001b|\\u202e|\u202e|title/);
    expect(line).toMatchObject({ name: 'red', project: 'red', networks: { red: 'red' } });
  });

  it('calls an answer of something else garbage', async () => {
    for (const answer of [null, 'hello', Buffer.from('<html>'), [{ Id: 1 }], { message: 'no' }]) {
      await expect(listed(answer)).rejects.toEqual(garbage);
    }
  });
});

describe('an inspection', () => {
  it('of a running container has no exit code and no end', () => {
    expect(decodeInspection(jsonFixture('docker/inspect-running.json'))).toMatchObject({
      name: 'falcon-redis',
      service: 'redis',
      state: 'running',
      exitCode: null,
      finishedAt: null,
      health: 'none',
      startedAt: expect.any(Number),
      startedAtText: expect.stringMatching(/^2026-.*Z$/),
    });
  });

  it('of a killed one has both', () => {
    const detail = decodeInspection(jsonFixture('docker/inspect-exited.json'));
    expect(detail).toMatchObject({ state: 'exited', exitCode: 137, oomKilled: false });
    expect(detail.finishedAt).toBeGreaterThanOrEqual(detail.startedAt ?? Number.NaN);
  });

  it('of one out of memory says so', () => {
    const detail = decodeInspection(jsonFixture('docker/inspect-oom.json'));
    expect(detail).toMatchObject({
      state: 'exited',
      exitCode: 137,
      oomKilled: true,
      project: null,
    });
  });

  it('of one that never started knows no times', () => {
    const detail = decodeInspection(jsonFixture('docker/inspect-created.json'));
    expect(detail).toMatchObject({
      state: 'created',
      exitCode: null,
      startedAt: null,
      finishedAt: null,
    });
  });

  it('reads health, restarts and states of other engines', () => {
    const wire = jsonFixture('docker/inspect-running.json') as { State: object };
    const changed = {
      ...wire,
      RestartCount: 7,
      State: { ...wire.State, Status: 'stopped', Health: { Status: 'unhealthy' } },
    };
    expect(decodeInspection(changed)).toMatchObject({
      state: 'exited',
      health: 'unhealthy',
      restartCount: 7,
    });
  });

  it('makes the container together with its line', async () => {
    const list = await listed(jsonFixture('docker/list.json'));
    const line = list.find(({ name }) => name === 'falcon-redis');
    const detail = decodeInspection(jsonFixture('docker/inspect-exited.json'));
    if (line === undefined) throw new Error('the fixture has no redis');
    const known = { current: true, recentRestarts: [], killedLately: false };
    expect(toContainer(line, { ...known, detail })).toMatchObject({
      id: detail.id,
      state: 'exited',
      inspected: true,
      composeNumber: 1,
      createdAt: expect.any(Number),
      startedAt: detail.startedAt,
      exitCode: 137,
      addresses: {},
    });
    // Until it is inspected, its line tells what it can.
    expect(toContainer(line, { ...known, detail: null })).toMatchObject({
      inspected: false,
      exitCode: 137,
      startedAt: null,
    });
  });

  it('takes the zero time and nonsense for unknown', () => {
    expect(timeOf('0001-01-01T00:00:00Z')).toBeNull();
    expect(timeOf('soon')).toBeNull();
    expect(timeOf(undefined)).toBeNull();
    expect(timeOf('2026-11-22T02:33:31.49830319Z')).toBe(Date.UTC(2026, 10, 22, 2, 33, 31, 498));
  });
});

describe('statistics', () => {
  const reading = {
    readAt: 1000,
    cpuNs: 1e9,
    systemNs: 100e9,
    cores: 4,
    memoryBytes: 1,
    memoryLimitBytes: 2,
    receivedBytes: 500,
    sentBytes: null,
    readBytes: null,
    writtenBytes: null,
    pids: 3,
    pidsLimit: null,
  };

  it('of cgroup v1 and v2 are without the page cache', () => {
    const v1 = decodeStats(jsonFixture('docker/stats-cgroup-v1.json'));
    expect(v1).toMatchObject({ memoryBytes: 3_801_088, cores: expect.any(Number) });
    expect(v1.cpuNs).toBeGreaterThan(0);
    const v2 = decodeStats(jsonFixture('docker/stats-cgroup-v2.json'));
    expect(v2).toMatchObject({
      cpuNs: 2_500_000_000,
      systemNs: 900_000_000_000,
      cores: 4,
      memoryBytes: 104_857_600 - 41_943_040,
      memoryLimitBytes: 268_435_456,
    });
  });

  it('tell the CPU as a fraction of one core, from two readings', () => {
    const later = { ...reading, readAt: 3000, cpuNs: 1.5e9, systemNs: 104e9, receivedBytes: 900 };
    expect(cpuBetween(reading, later)).toBeCloseTo(0.5);
    expect(toUsage('x', reading, later)).toEqual({
      id: 'x',
      cpu: 0.5,
      memoryBytes: 1,
      memoryLimitBytes: 2,
      receivedBytes: 900,
      sentBytes: null,
      receivedBytesPerSecond: 200,
      sentBytesPerSecond: null,
      readBytes: null,
      writtenBytes: null,
      pids: 3,
      pidsLimit: null,
    });
  });

  it('tell no CPU from one reading, from the same moment, or across a restart', () => {
    expect(cpuBetween(undefined, reading)).toBeNull();
    expect(cpuBetween(reading, reading)).toBeNull();
    expect(cpuBetween(reading, { ...reading, cpuNs: 0, systemNs: 101e9 })).toBeNull();
  });

  it('tell no rate of bytes from one reading, the same moment, or a counter that went back', () => {
    const rate = (before: typeof reading | undefined, change: object) =>
      rateBetween(before, { ...reading, ...change }, 'receivedBytes');
    expect(rate(undefined, {})).toBeNull();
    expect(rate(reading, {})).toBeNull();
    expect(rate(reading, { readAt: 2000, receivedBytes: 0 })).toBeNull();
    expect(rate(reading, { readAt: 2000 })).toBe(0);
  });

  it('sum interfaces and devices, and know a limit from none', () => {
    const decoded = decodeStats({
      pids_stats: { current: 7, limit: 100 },
      networks: { eth0: { rx_bytes: 10, tx_bytes: 1 }, eth1: { rx_bytes: 5, tx_bytes: 2 } },
      blkio_stats: {
        io_service_bytes_recursive: [
          { major: 8, minor: 0, op: 'Read', value: 3 },
          { major: 8, minor: 16, op: 'read', value: 4 },
          { major: 8, minor: 0, op: 'write', value: 5 },
          { major: 8, minor: 0, op: 'Total', value: 12 },
        ],
      },
    });
    expect(decoded).toMatchObject({
      pids: 7,
      pidsLimit: 100,
      receivedBytes: 15,
      sentBytes: 3,
      readBytes: 7,
      writtenBytes: 5,
    });
    // What Go writes for "max".
    const limit = 2 ** 64;
    expect(decodeStats({ pids_stats: { current: 7, limit } }).pidsLimit).toBeNull();
  });

  it('of a container that just stopped are unknown, not zero', () => {
    expect(decodeStats({ cpu_stats: {}, memory_stats: {} })).toMatchObject({
      cpuNs: null,
      memoryBytes: null,
      memoryLimitBytes: null,
    });
  });
});

describe('events', () => {
  it('carry type, action and project', () => {
    const lines = fixture('docker/events.jsonl').toString('utf8').trim().split('\n');
    const events = lines.map(decodeEvent);
    const seen = (event: object) => expect.objectContaining(event);
    expect(events).toContainEqual(seen({ type: 'container', action: 'die', project: 'falcon' }));
    expect(events).toContainEqual(seen({ type: 'container', action: 'oom', project: null }));
    // A network's event names the container that left it.
    expect(events).toContainEqual({
      type: 'network',
      action: 'disconnect',
      project: null,
      container: 'f2f13334fbdf63506dd88a2005a6b957f218c8bb9534e83cec2639143a616587',
      at: expect.closeTo(Date.UTC(2026, 10, 22, 2, 33, 32, 397), -1),
    });
  });

  it('that are none are garbage', () => {
    for (const line of ['{', '[]', '{"Type":"container"}']) {
      expect(() => decodeEvent(line)).toThrow(garbage);
    }
  });
});

describe('logs', () => {
  it('are unframed and safe', () => {
    expect(decodeLogs(fixture('docker/logs-framed.bin'), false)).toEqual([
      'plain line',
      '{"level": "ERROR", "message": "broken"}',
      'coloured error',
    ]);
  });

  it('of a terminal are taken as they are', () => {
    const bytes = Buffer.from('one\r\ntwo\u001b[K\r\n');
    expect(decodeLogs(bytes, true)).toEqual(['one', 'two']);
  });

  it('cut long lines and survive a frame that is cut off', () => {
    const frame = Buffer.concat([
      Buffer.from([1, 0, 0, 0, 0, 0, 0x20, 0]),
      Buffer.alloc(3000, 'x'),
    ]);
    const [line] = decodeLogs(frame, false);
    expect(line).toHaveLength(2000);
  });

  it('know an error by its level, or by its words', () => {
    expect(isErrorLine('{"level": "ERROR", "message": "x"}')).toBe(true);
    expect(isErrorLine('{"level": "info", "message": "no error"}')).toBe(false);
    expect(isErrorLine('Traceback (most recent call last):')).toBe(true);
    expect(isErrorLine('all is well')).toBe(false);
  });
});
