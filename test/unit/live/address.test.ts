import { describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { Container } from '../../../src/domain/container.ts';
import type { SourceState } from '../../../src/domain/source.ts';
import { createAddressBook, type RolePlan } from '../../../src/live/address.ts';
import { boundRoles } from '../../../src/live/binding.ts';
import type { LiveState } from '../../../src/live/state.ts';
import { container } from '../signals/make.ts';

const engine = (rest: Partial<SourceState> = {}): SourceState => ({
  name: 'docker',
  kind: 'containers',
  status: 'live',
  since: 0,
  observedAt: 0,
  error: null,
  retryAt: null,
  intervalMs: 5000,
  ...rest,
});

function stateOf(list: readonly Container[] | null, sources: readonly SourceState[]): LiveState {
  return {
    region: { name: 'us-ashburn', system: 'falcon' },
    sources: Object.fromEntries(sources.map((source) => [source.name, source])),
    facts: list
      ? { docker: { kind: 'containers', source: 'docker', value: list, observedAt: 0 } }
      : {},
    signals: {},
    breakers: [],
    alerts: [],
    historyRevision: 0,
  };
}

const roles = [
  { role: 'worker', services: ['worker-1', 'worker-2'] },
  { role: 'redis', services: ['redis'] },
];

function setUp(
  list: readonly Container[] | null,
  options: Partial<RolePlan & { engineHost: string | null }> = {},
  sources: readonly SourceState[] = [engine()],
) {
  const live = createStore<LiveState>(() => stateOf(list, sources));
  const { engineHost = '127.0.0.1', ...plan } = options;
  const region = { project: 'falcon', roles, rebinding: {}, ...plan };
  const book = createAddressBook({ live, plan: () => region, engineHost: () => engineHost });
  return { live, book };
}

const stopped = { state: 'exited', exitCode: 137, addresses: {}, health: 'none' } as const;

describe('bind', () => {
  it('finds the service of a role, rebound by the region', () => {
    expect(setUp([]).book.bind('redis')).toEqual({
      role: 'redis',
      project: 'falcon',
      service: 'redis',
    });
    const rebinding = { redis: 'valkey', queue: ['rabbit'] };
    const { book } = setUp([], { rebinding });
    expect(book.bind('redis').service).toBe('valkey');
    expect(book.bind('queue').service).toBe('rabbit');
    expect(boundRoles({ roles, rebinding }).map(({ role, services }) => [role, services])).toEqual([
      ['worker', ['worker-1', 'worker-2']],
      ['redis', ['valkey']],
      ['queue', ['rabbit']],
    ]);
  });

  it('takes the first running of several services, and a service by its own name', () => {
    const { book } = setUp([container('worker-1', stopped), container('worker-2')]);
    expect(book.bind('worker').service).toBe('worker-2');
    expect(book.bind('worker-1').service).toBe('worker-1');
    expect(setUp([]).book.bind('worker').service).toBe('worker-1');
  });

  it('names the nearest for what is not there', () => {
    const { book } = setUp([container('postgres')]);
    expect(() => book.bind('reddis')).toThrow('no role or service is named reddis');
    try {
      book.bind('postgre');
      expect.unreachable();
    } catch (thrown) {
      expect(thrown).toMatchObject({ kind: 'missing', mend: expect.stringContaining('postgres') });
    }
  });

  it('finds the one project that has the service when none is configured', () => {
    const one = setUp([container('redis')], { project: null });
    expect(one.book.bind('redis').project).toBe('falcon');
    const other = container('redis', { id: 'x', project: 'other' });
    const two = setUp([container('redis'), other], { project: null });
    expect(() => two.book.bind('redis')).toThrow('several compose projects have a service redis');
    const none = setUp([], { project: null });
    expect(() => none.book.bind('redis')).toThrow('no compose project has a service redis');
  });
});

describe('address', () => {
  it.each<[string, Partial<Container>, { host: string; port: number; via: string }]>([
    [
      'the port published on all addresses',
      { ports: [{ containerPort: 6379, hostAddress: '0.0.0.0', hostPort: 16379 }] },
      { host: '127.0.0.1', port: 16379, via: 'published port 16379 of falcon-redis' },
    ],
    [
      'the port published on one address',
      { ports: [{ containerPort: 6379, hostAddress: '10.0.0.4', hostPort: 6379 }] },
      { host: '10.0.0.4', port: 6379, via: 'published port 6379 of falcon-redis' },
    ],
    [
      "the container's own, on a network of its project first",
      {
        addresses: { other_net: '172.31.0.2', falcon_net: '172.30.0.2' },
        ports: [{ containerPort: 80, hostAddress: '0.0.0.0', hostPort: 8080 }],
      },
      { host: '172.30.0.2', port: 6379, via: 'container falcon-redis' },
    ],
    [
      'any other network when it must',
      { addresses: { other_net: '172.31.0.2', falcon_net: '' } },
      { host: '172.31.0.2', port: 6379, via: 'container falcon-redis' },
    ],
    [
      'this host for a container on its network',
      { addresses: { host: '' } },
      { host: '127.0.0.1', port: 6379, via: 'container falcon-redis, host network' },
    ],
  ])('is %s', async (_, rest, expected) => {
    const { book } = setUp([container('redis', rest)]);
    await expect(book.address('redis', 6379)).resolves.toEqual(expected);
  });

  it('prefers the own address of a container on an engine of this host', async () => {
    const ports = [{ containerPort: 6379, hostAddress: '0.0.0.0', hostPort: 16379 }];
    const addresses = { 'falcon-network': '172.18.0.7' };
    const { book } = setUp([container('redis', { ports, addresses })], { engineHost: null });
    expect(await book.address('redis', 6379)).toMatchObject({ host: '172.18.0.7', port: 6379 });
    const only = setUp([container('redis', { ports, addresses: {} })], { engineHost: null });
    expect(await only.book.address('redis', 6379)).toMatchObject({ port: 16379 });
  });

  it("dials a far engine's host for ports published on all addresses", async () => {
    const ports = [{ containerPort: 6379, hostAddress: '::', hostPort: 6379 }];
    const { book } = setUp([container('redis', { ports })], { engineHost: 'far.example' });
    await expect(book.address('redis', 6379)).resolves.toMatchObject({ host: 'far.example' });
  });

  it.each<[string, readonly Container[], string]>([
    [
      'is not running',
      [container('redis', { ...stopped, oomKilled: true })],
      'container falcon-redis is not running (exited 137, out of memory)',
    ],
    [
      'is not there',
      [container('nginx'), container('worker-1')],
      'no container of service redis in project falcon; containers there: falcon-nginx, falcon-worker-1',
    ],
    [
      'is cut off',
      [container('redis', { addresses: {} })],
      'container falcon-redis has no address: it is cut off from every network',
    ],
  ])('says why when the container %s', async (_, list, message) => {
    await expect(setUp(list).book.address('redis', 6379)).rejects.toThrow(message);
  });

  it('waits for the first answer of the engine', async () => {
    const { live, book } = setUp(null, {}, [engine({ status: 'connecting' })]);
    const address = book.address('redis', 6379);
    live.setState(stateOf([container('redis')], [engine()]), true);
    await expect(address).resolves.toMatchObject({ host: '172.30.0.5' });
  });

  it('says that the engine failed, or that there is none', async () => {
    const error = { kind: 'denied', message: 'permission denied', mend: 'use sudo' } as const;
    const { book } = setUp(null, {}, [engine({ status: 'failed', error })]);
    await expect(book.address('redis', 6379)).rejects.toMatchObject({
      kind: 'unreachable',
      message: 'the container engine has not answered: permission denied',
      mend: 'use sudo',
    });
    await expect(setUp(null, {}, []).book.address('redis', 1)).rejects.toMatchObject({
      kind: 'missing',
    });
  });
});
