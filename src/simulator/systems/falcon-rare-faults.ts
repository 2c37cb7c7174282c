import type { Change } from '../world/change.ts';
import type { Fault } from '../world/fault.ts';
import { compose, WORKERS, worker } from './falcon.ts';
import { brokenCommit, release } from './falcon-release.ts';

const MIB = 1024 * 1024;
const silence: Change = { kind: 'load', load: { perSecond: 0 } };

/** What was down comes back after its breakers have opened, and nobody asks the workers for anything any more. */
function cameBack(service: 'redis' | 'postgres', title: string): Fault {
  return {
    id: `${service}-came-back`,
    title,
    changes: [{ kind: 'kill', container: service, byHand: true }],
    later: { afterMs: 15_000, changes: [silence, { kind: 'start', container: service }] },
  };
}

function removed(services: readonly string[], id: string, title: string): Fault {
  const changes = services.map((container): Change => ({ kind: 'remove', container, force: true }));
  return { id, title, changes };
}

/** Another project's container, which asks for a port of the host. */
const stranger = (hostPort: number): Change => ({
  kind: 'create',
  settings: {
    name: 'metrics-exporter',
    project: 'metrics',
    service: 'exporter',
    number: 1,
    image: 'busybox:1.36',
    command: ['sh'],
    env: {},
    labels: {},
    networks: { bridge: [] },
    networkMode: 'bridge',
    ports: [{ containerPort: 9100, hostPort }],
    restart: 'unless-stopped',
    limits: { memoryBytes: null, memorySwapBytes: null, reservationBytes: null, nanoCpus: null },
    healthCheck: null,
    stopSignal: 'SIGTERM',
    binds: [],
    volumes: [],
    more: {},
  },
});

const PUBLISHED = 8000;

/** The compose file, with the first worker published on a port of the host. */
function publishedOn(port: number | string) {
  const services = {
    ...compose.services,
    'worker-1': { ...worker('worker-1'), ports: [`${port}:8000`] },
  };
  return { 'docker-compose.yml': { ...compose, services } };
}

/** What breaks in Falcon more seldom, and what only looks as if something had. */
export const falconRareFaults: readonly Fault[] = [
  { id: 'nothing', title: 'Nothing broke', changes: [] },
  { id: 'silence', title: 'Nobody sends a request any more', changes: [silence] },
  cameBack('redis', 'Redis was down and is back, and no request comes that would show it'),
  cameBack('postgres', 'Postgres was down and is back, and no request comes that would show it'),
  {
    id: 'postgres-killed-at-rest',
    title: 'Postgres was killed at an hour at which nobody sends a request',
    changes: [silence, { kind: 'kill', container: 'postgres', byHand: true }],
  },
  {
    id: 'workers-leak-slowly',
    title:
      'A release of the workers keeps a little memory with each request, and has done so for days',
    changes: [],
    env: { LEAK_MB_PER_REQUEST: '0.08' },
    recreate: WORKERS,
    later: {
      afterMs: 5000,
      changes: WORKERS.map((container) => ({ kind: 'ballast', container, bytes: 400 * MIB })),
    },
  },
  removed(['redis'], 'redis-removed', 'The container of Redis was removed'),
  removed(['postgres'], 'postgres-removed', 'The container of Postgres was removed'),
  removed(WORKERS, 'workers-removed', 'The containers of the workers were removed'),
  {
    id: 'broken-breakers',
    title: 'A release of the workers whose breakers take every call for a failure, at a quiet hour',
    changes: [release({ brokenBreakers: true }), { kind: 'load', load: { perSecond: 3 } }],
    recreate: WORKERS,
  },
  {
    id: 'broken-image',
    title: 'A release of the workers whose image lacks a module',
    changes: [release({ missingModule: 'psutil' })],
    recreate: WORKERS,
  },
  {
    id: 'bad-commit',
    title:
      'A commit was built that fails half of what reaches the model, and older images were pruned',
    changes: [brokenCommit(0.6), release({ errorShare: 0.6 })],
    recreate: WORKERS,
    later: {
      afterMs: 1000,
      changes: ['1.0.0', '0.9.4'].map((tag) => ({ kind: 'untag', ref: `falcon/worker:${tag}` })),
    },
  },
  {
    id: 'engine-denies',
    title: 'What stands before the engine lists containers, and lets nobody look at one of them',
    changes: [{ kind: 'deny', asks: ['GET /containers/*/json'] }],
  },
  {
    id: 'new-texts',
    title: 'Every request brings a text of its own, and answers stay in the cache for long already',
    changes: [{ kind: 'load', load: { repeatedShare: 0 } }],
    env: { CACHE_TTL_SECONDS: '7200' },
    recreate: WORKERS,
  },
  {
    id: 'database-disk-slow',
    title:
      'The disk of Postgres is kept busy by a job of its own server, and every write waits for it',
    changes: [
      {
        kind: 'burden',
        burden: { name: 'checkpoints', service: 'postgres', clients: 8, commandMs: 90, once: true },
      },
    ],
  },
  {
    id: 'gateway-cut-off',
    title: 'The proxy is cut off from the network of the workers',
    changes: [{ kind: 'disconnect', container: 'nginx', network: 'falcon-network' }],
  },
  {
    id: 'worker-stopped',
    title: 'Somebody stopped a worker',
    changes: [{ kind: 'stop', container: 'worker-2', withinMs: 1000 }],
  },
  {
    id: 'host-out-of-memory',
    title: 'A worker without a limit wants more memory than the host has',
    changes: [{ kind: 'ballast', container: 'worker-1', bytes: 17 * 1024 * MIB }],
  },
  {
    id: 'redis-frozen-at-start',
    title: 'Redis answers nothing, and the workers do not start without it',
    changes: [{ kind: 'pause', container: 'redis' }],
    env: { REQUIRE_DEPENDENCIES: 'true' },
    recreate: WORKERS,
  },
  {
    id: 'setting-elsewhere',
    title: 'The compose file gives the workers a value that they refuse',
    files: {
      'docker-compose.yml': {
        ...compose,
        services: {
          ...compose.services,
          ...Object.fromEntries(
            WORKERS.map((name) => {
              const environment = [`WORKER_ID=${name}`, 'POSTGRES_POOL_SIZE=twenty'];
              return [name, { ...worker(name), environment }];
            }),
          ),
        },
      },
    },
    changes: [],
    recreate: WORKERS,
  },
  {
    id: 'port-taken',
    title: 'A container of another project holds the port that a worker is to be published on',
    files: publishedOn(PUBLISHED),
    changes: [stranger(PUBLISHED), { kind: 'start', container: 'metrics-exporter' }],
    recreate: ['worker-1'],
    failsToStart: true,
  },
  {
    id: 'port-held',
    title: 'A program of the host holds the port that a worker is to be published on',
    program: 'metrics-agent',
    files: publishedOn('{port}'),
    changes: [],
    recreate: ['worker-1'],
    failsToStart: true,
  },
];
