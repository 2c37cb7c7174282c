import { describe, expect, it } from 'vitest';
import { signalSeries } from '../../../src/live/series.ts';
import { factRegion as region } from './fact-region.ts';
import { cache, certificate, DAY_MS, database, disk, host, session } from './facts.ts';
import { container, sample, usage } from './make.ts';

const START = 1_000_000;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

describe('containers in trouble', () => {
  it('keep restarting from the third restart until they are calm', () => {
    const { tell, alerts, names } = region();
    const restarted = (count: number, state: 'running' | 'restarting' = 'running') =>
      tell('docker', 'containers', [
        container('redis', {
          state,
          recentRestarts: Array.from({ length: count }, () => START),
          restartCount: 7,
        }),
      ]);
    restarted(2);
    expect(names()).toEqual([]);
    restarted(3);
    const words = 'falcon-redis keeps restarting: 3 restarts in 10 min';
    expect(alerts()).toEqual([['ContainerRestarting', 'firing', 'P2', words]]);
    restarted(2);
    expect(names()).toEqual(['ContainerRestarting']);
    restarted(1);
    expect(names()).toEqual([]);
    restarted(1, 'restarting');
    expect(names()).toEqual(['ContainerRestarting']);
  });

  it('are not those that somebody else starts again', () => {
    const { tell, names } = region();
    const recentRestarts = [START, START, START];
    tell('docker', 'containers', [container('redis', { recentRestarts, restartCount: 1 })]);
    expect(names()).toEqual([]);
    // Until it is inspected nobody knows whose restarts they were.
    tell('docker', 'containers', [container('redis', { recentRestarts, inspected: false })]);
    expect(names()).toEqual(['ContainerRestarting']);
  });

  it('that were killed for lack of memory are named for ten minutes after they run again', () => {
    const { clock, tell, alerts, names } = region();
    tell('stats', 'usage', [usage('redis-id', { memoryLimitBytes: 64 * 2 ** 20 })]);
    const at = clock.now();
    const killed = { state: 'exited', exitCode: 137, oomKilled: true, finishedAt: at } as const;
    tell('docker', 'containers', [container('redis', killed)]);
    expect(alerts()).toContainEqual([
      'ContainerOutOfMemory',
      'firing',
      'P2',
      'falcon-redis was killed: out of memory, limit 64M, exit 137',
    ]);
    // The engine forgets the kill as soon as the container runs again.
    tell('docker', 'containers', [container('redis')]);
    expect(alerts()).toEqual([
      [
        'ContainerOutOfMemory',
        'firing',
        'P2',
        'falcon-redis was killed: out of memory, limit 64M, runs again',
      ],
    ]);
    clock.tick(10 * MINUTE);
    expect(names()).toEqual([]);
  });

  it('killed for lack of memory are in no trouble once they were given more of it', () => {
    const { clock, tell, names } = region();
    const limited = (mebibytes: number) =>
      tell('stats', 'usage', [usage('redis-id', { memoryLimitBytes: mebibytes * 2 ** 20 })]);
    const dies = () => {
      const at = clock.now();
      const killed = { state: 'exited', exitCode: 137, oomKilled: true, finishedAt: at } as const;
      tell('docker', 'containers', [container('redis', killed)]);
      return { oomKilled: true, finishedAt: at };
    };
    // The whole host's, which is what the engine tells without a limit, and still told at its end.
    limited(24 * 1024);
    const first = dies();
    limited(64);
    tell('docker', 'containers', [container('redis', first)]);
    expect(names()).toEqual(['ContainerOutOfMemory']);
    limited(2048);
    clock.tick(SECOND);
    expect(names()).toEqual([]);
    // As much as that was not enough either.
    clock.tick(MINUTE);
    const second = dies();
    tell('docker', 'containers', [container('redis', second)]);
    expect(names()).toEqual(['ContainerOutOfMemory']);
  });

  it('are told by role, and only in the project that is meant', () => {
    const { tell, state } = region([{ role: 'cache', services: ['redis'] }]);
    tell('docker', 'containers', [
      container('redis', { recentRestarts: [1, 2, 3], restartCount: 3 }),
      container('nginx'),
    ]);
    expect(state().alerts.map(({ labels }) => labels)).toContainEqual({
      container: 'falcon-redis',
      service: 'cache',
    });
  });
});

describe('a database', () => {
  it('nearly out of connections warns at 80 %, is critical at 95 %, and does not flap', () => {
    const { clock, tell, alerts, signal } = region();
    const used = (connectionsUsed: number) =>
      tell('postgres', 'database', database({ connectionsUsed }));
    used(79);
    expect(signal('connections{name="postgres"}')).toMatchObject({ value: 0.79, state: 'ok' });
    used(80);
    const words = 'postgres uses 80 % of its connections: 80 of 100';
    expect(alerts()).toEqual([['DatabaseConnections', 'pending', 'P2', words]]);
    clock.tick(MINUTE);
    expect(alerts()[0]?.[1]).toBe('firing');
    used(95);
    expect(alerts()[0]?.[2]).toBe('P1');
    used(91);
    expect(alerts()[0]?.[2]).toBe('P1');
    used(90);
    expect(alerts()[0]?.[2]).toBe('P2');
    used(76);
    expect(alerts()[0]?.[3]).toBe('postgres uses 76 % of its connections: 76 of 100');
    used(75);
    expect(alerts()).toEqual([]);
    expect(signal('connections{name="postgres"}')?.threshold).toBe('≥ 80 %');
  });

  it('names who has waited longest for a lock, once it is more than 30 s', () => {
    const { clock, tell, alerts } = region();
    const began = START - 10 * MINUTE;
    const sessions = (...blocked: number[]) =>
      tell(
        'postgres',
        'database',
        database({
          sessions: [
            session(1, { queryStart: began, user: 'batch' }),
            ...blocked.map((pid) => session(pid, { queryStart: began, blockedBy: [1] })),
          ],
        }),
      );
    sessions();
    clock.tick(5 * SECOND);
    // Its query is old, its waiting is not: it was not blocked at the look before.
    sessions(7);
    clock.tick(30 * SECOND);
    sessions(7, 8);
    expect(alerts()).toEqual([]);
    clock.tick(5 * SECOND);
    sessions(7, 8);
    const words = 'postgres blocked for 35.00 s: pid 7 app api waits for pid 1, 1 more';
    expect(alerts()).toEqual([['DatabaseBlocked', 'firing', 'P2', words]]);
    sessions();
    expect(alerts()).toEqual([]);
  });

  it('believes the age of the query for a session that already waits at the first look', () => {
    const { tell, alerts } = region();
    const blocked = session(7, { queryStart: START - MINUTE, blockedBy: [0] });
    tell('postgres', 'database', database({ sessions: [blocked] }));
    const words = 'postgres blocked for 1m: pid 7 app api waits for a prepared transaction';
    expect(alerts()).toEqual([['DatabaseBlocked', 'firing', 'P2', words]]);
  });

  it('tells of transactions left open and of standbys that lag', () => {
    const { clock, tell, alerts } = region();
    const idle = session(9, {
      state: 'idle in transaction (aborted)',
      stateChange: START - 6 * MINUTE,
    });
    const standby = {
      name: 'replica',
      state: 'streaming',
      client: null,
      receiveLagBytes: 0,
      replayLagBytes: 3 * 2 ** 20,
      replayLagMs: 45_000,
      sync: null,
    };
    tell('postgres', 'database', database({ sessions: [idle], replication: [standby] }));
    clock.tick(MINUTE);
    expect(alerts()).toEqual([
      [
        'DatabaseIdleInTransaction',
        'firing',
        'P3',
        'postgres idle in transaction for 6m: pid 9 app api',
      ],
      ['ReplicationLag', 'firing', 'P3', 'replica lags by 45.00 s: 3.0M behind'],
    ]);
  });

  it('has its numbers in the history, one point an observation', () => {
    const { clock, tell, history } = region();
    for (const connectionsUsed of [10, 20, 20]) {
      tell('postgres', 'database', database({ connectionsUsed }));
      clock.tick(5 * SECOND);
    }
    const points = history.points(signalSeries('connections', { name: 'postgres' }));
    expect(points.map(({ value }) => value)).toEqual([0.1, 0.2, 0.2]);
  });
});

describe('a cache', () => {
  it('is in trouble when it is full only under noeviction', () => {
    const { tell, names, alerts } = region();
    tell('redis', 'cache', cache({ usedMemoryBytes: 95, policy: 'allkeys-lru' }));
    expect(names()).toEqual([]);
    tell('redis', 'cache', cache({ usedMemoryBytes: 90 }));
    const words = 'redis is 90 % full and evicts nothing: 90B of 100B under noeviction';
    expect(alerts()).toEqual([['CacheFull', 'pending', 'P2', words]]);
    tell('redis', 'cache', cache({ usedMemoryBytes: 99 }));
    expect(alerts()[0]?.[2]).toBe('P1');
  });

  it('tells that it evicts, and has no limit to be near to without one', () => {
    const { clock, tell, alerts, signal } = region();
    const evicting = { usedMemoryBytes: 99, policy: 'allkeys-lru', evictionsPerSecond: 40 };
    tell('redis', 'cache', cache(evicting));
    clock.tick(5 * MINUTE);
    const words = 'redis evicts 40 /s: 99B of 100B under allkeys-lru';
    expect(alerts()).toEqual([['CacheEvicting', 'firing', 'P4', words]]);
    tell('redis', 'cache', cache({ ...evicting, maxMemoryBytes: 0 }));
    expect(signal('cacheMemory{name="redis"}')).toBeUndefined();
    expect(alerts()).toEqual([]);
  });
});

describe('a host', () => {
  it('tells of full disks, inodes and memory, each mount by itself', () => {
    const { clock, tell, alerts } = region();
    const disks = [disk('/', 0.86), disk('/data', 0.96, { inodesUsed: 0.9 }), disk('/ok', 0.1)];
    tell('host', 'host', host({ disks, memoryAvailableBytes: 4 }));
    clock.tick(MINUTE);
    expect(alerts()).toEqual([
      ['DiskFilling', 'firing', 'P1', '/data has 96 % of its space used: 4.0G free of 100G'],
      ['HostMemoryLow', 'firing', 'P2', '4.0 % of memory is available: 4B of 100B'],
      ['DiskFilling', 'firing', 'P3', '/ has 86 % of its space used: 14G free of 100G'],
      ['InodesFilling', 'firing', 'P3', '/data has 90 % of its inodes used'],
    ]);
  });

  it('is told apart where there are several', () => {
    const { tell, signal } = region();
    tell('a', 'host', host({ name: 'a', disks: [disk('/', 0.2, { inodesUsed: null })] }));
    expect(signal('disk{mount="/"}')?.value).toBe(0.2);
    tell('b', 'host', host({ name: 'b' }));
    expect(signal('disk{host="a",mount="/"}')?.value).toBe(0.2);
    expect(signal('inodes{host="a",mount="/"}')).toBeUndefined();
    expect(signal('memoryAvailable{host="b"}')?.value).toBe(0.5);
  });
});

describe('a certificate', () => {
  it.each([
    [13 * DAY_MS, null, 'P3', /^certificate api ends in 13d, on 1970-01-14$/],
    [2 * DAY_MS, null, 'P1', /^certificate api ends in 2d, on/],
    [-DAY_MS, null, 'P1', /^certificate api expired 1d ago, on/],
    [90 * DAY_MS, 'is self-signed', 'P1', /^certificate api is self-signed$/],
  ] as const)('with %d ms left, problem %s, is %s', (leftMs, problem, severity, words) => {
    const { tell, alerts } = region();
    tell('api tls', 'certificate', certificate(START + leftMs, { problem }));
    expect(alerts()).toEqual([
      ['CertificateTrouble', 'firing', severity, expect.stringMatching(words)],
    ]);
  });

  it('with more than 14 days is no trouble', () => {
    const { tell, alerts, signal } = region();
    tell('api tls', 'certificate', certificate(START + 14 * DAY_MS));
    expect(alerts()).toEqual([]);
    expect(signal('certificate{name="api"}')).toMatchObject({ state: 'ok', threshold: '< 14d' });
  });
});

describe('a breaker without any configuration', () => {
  it('raises an alarm with its failures', () => {
    const { clock, tell, alerts } = region();
    const labels = { name: 'mail' };
    const samples = [
      sample('circuit_breaker_state', 1, labels),
      sample('circuit_breaker_failures_total', 37, labels),
    ];
    tell('api', 'metrics', { target: 'api', latencyMs: 1, samples });
    clock.tick(30 * SECOND);
    expect(alerts()).toEqual([
      ['CircuitBreakerOpen', 'firing', 'P2', 'breaker mail is open: 37 failures'],
    ]);
  });
});

describe('a source', () => {
  it('is lost after two intervals, and found again at once', () => {
    const { clock, tell, fail, alerts, signal } = region();
    fail('redis', 'cache', 'it refuses connections');
    clock.tick(10 * SECOND);
    expect(signal('source{kind="cache",name="redis"}')?.value).toBe('failing');
    expect(alerts()).toEqual([]);
    clock.tick(SECOND);
    const words = 'redis is lost: it refuses connections';
    expect(alerts()).toEqual([['SourceLost', 'firing', 'P2', words]]);
    tell('redis', 'cache', cache());
    expect(alerts()).toEqual([]);
  });

  it('that refuses us and never answered is nothing we have lost', () => {
    const { clock, tell, fail, names, signal } = region();
    fail('postgres', 'database', 'password refused', 5 * SECOND, 'denied');
    clock.tick(MINUTE);
    expect(signal('source{kind="database",name="postgres"}')).toMatchObject({
      value: 'refused',
      state: 'warning',
    });
    expect(names()).toEqual([]);
    tell('postgres', 'database', database());
    fail('postgres', 'database', 'password refused', 5 * SECOND, 'denied', clock.now());
    clock.tick(MINUTE);
    expect(names()).toEqual(['SourceLost']);
  });

  it('that is the engine is the headline at once, over what follows from it', () => {
    const { clock, tell, fail, alerts, names } = region([{ role: 'db', services: ['postgres'] }]);
    tell('docker', 'containers', [container('postgres'), container('redis')]);
    fail('old', 'check', 'it has been down for long');
    clock.tick(5 * MINUTE);
    fail('readyz', 'check', 'no address');
    fail('docker stats', 'usage', 'no engine');
    clock.tick(2 * SECOND);
    fail('docker', 'containers', 'the socket is gone');
    fail('redis', 'cache', 'no address');
    const engine = 'the container engine is lost: the socket is gone';
    const first = ['SourceLost', 'pending', 'P1', `${engine}; 1 alert follows from it`];
    expect(alerts()[0]).toEqual(first);
    clock.tick(30 * SECOND);
    expect(alerts()).toEqual([
      ['SourceLost', 'firing', 'P1', `${engine}; 3 alerts follow from it`],
      ['CheckFailing', 'firing', 'P2', 'old is unreachable: it has been down for long'],
    ]);
    clock.tick(5 * MINUTE);
    fail('late', 'check', 'this one is about something else');
    expect(names()).toEqual(['SourceLost', 'CheckFailing', 'CheckFailing']);
    tell('docker', 'containers', [container('postgres'), container('redis')]);
    expect(alerts().map(([name, , , summary]) => [name, summary])).toContainEqual([
      'CheckFailing',
      'readyz is unreachable: no address',
    ]);
  });

  it('that asks a service which is down follows from that', () => {
    const { clock, tell, fail, alerts } = region([{ role: 'cache', services: ['redis'] }]);
    const gone = { state: 'exited', exitCode: 137, finishedAt: START } as const;
    fail('redis', 'cache', 'refused');
    fail('postgres', 'database', 'refused');
    clock.tick(11 * SECOND);
    tell('docker', 'containers', [container('redis', gone), container('postgres')]);
    expect(alerts()).toEqual([
      ['SourceLost', 'firing', 'P1', 'postgres is lost: refused'],
      [
        'ContainerDown',
        'pending',
        'P1',
        'cache is exited: falcon-redis exited 137; 1 alert follows from it',
      ],
    ]);
  });
});
