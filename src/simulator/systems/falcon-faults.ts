import type { Change } from '../world/change.ts';
import type { Fault } from '../world/fault.ts';
import { release } from './falcon-release.ts';

const MIB = 1024 * 1024;
const kill = (container: string, byHand = true): Change => ({ kind: 'kill', container, byHand });
const WORKERS = ['worker-1', 'worker-2', 'worker-3'];

/** What can break in Falcon. */
export const falconFaults: readonly Fault[] = [
  { id: 'redis-killed', title: 'Redis was killed, and stays down', changes: [kill('redis')] },
  {
    id: 'redis-cut-off',
    title: 'Redis is cut off from the network of the workers',
    changes: [{ kind: 'disconnect', container: 'redis', network: 'falcon-network' }],
  },
  {
    id: 'redis-hung',
    title: 'Redis takes connections and answers nothing',
    changes: [{ kind: 'pause', container: 'redis' }],
  },
  {
    id: 'redis-full',
    title: 'Redis is full, and may evict nothing',
    changes: [
      { kind: 'redis-set', container: 'redis', name: 'maxmemory-policy', value: 'noeviction' },
      { kind: 'redis-fill', container: 'redis', bytes: 300 * MIB },
    ],
  },
  {
    id: 'redis-overloaded',
    title: 'A report sorts long lists in Redis, again and again',
    changes: [
      { kind: 'burden', burden: { name: 'report', service: 'redis', clients: 8, commandMs: 90 } },
    ],
  },
  {
    id: 'redis-held-up',
    title: 'A long job of one client holds Redis up',
    changes: [
      {
        kind: 'burden',
        burden: { name: 'export', service: 'redis', clients: 8, commandMs: 110, once: true },
      },
    ],
  },
  {
    id: 'postgres-killed',
    title: 'Postgres was killed, and stays down',
    changes: [kill('postgres')],
  },
  {
    id: 'pool-exhausted',
    title: 'Long queries of a report take nearly all of the connections of Postgres',
    changes: [
      {
        kind: 'postgres-sessions',
        container: 'postgres',
        count: 91,
        forMs: 7 * 60_000,
        session: {
          user: 'falcon',
          application: 'report',
          state: 'active',
          query: 'SELECT worker_id, count(*) FROM inference_logs a, inference_logs b GROUP BY 1',
        },
      },
    ],
  },
  {
    id: 'database-slow',
    title: 'Queries of a report keep Postgres busy',
    changes: [
      {
        kind: 'postgres-sessions',
        container: 'postgres',
        count: 18,
        forMs: 20_000,
        session: {
          user: 'falcon',
          application: 'report',
          state: 'active',
          query: 'SELECT prediction, avg(processing_time_ms) FROM inference_logs GROUP BY 1',
        },
      },
    ],
  },
  {
    id: 'request-logs-locked',
    title: 'A transaction holds the table of request logs',
    changes: [
      {
        kind: 'postgres-sessions',
        container: 'postgres',
        count: 1,
        forMs: 3 * 60_000,
        session: {
          user: 'falcon',
          application: 'migration',
          state: 'idle in transaction',
          query: 'ALTER TABLE inference_logs ADD COLUMN note text',
        },
        holds: {
          target: { table: 'public.inference_logs', row: null },
          mode: 'AccessExclusiveLock',
        },
      },
    ],
  },
  {
    id: 'disk-full',
    title: 'The disk of Postgres takes nothing more',
    tables: true,
    changes: [
      {
        kind: 'postgres',
        container: 'postgres',
        change: { kind: 'told', patch: { diskFull: true } },
      },
    ],
  },
  {
    id: 'worker-leaks',
    title: 'A worker was set to keep memory with each request',
    changes: [],
    env: { DEBUG_MEMORY_GROWTH: 'true', DEBUG_MEMORY_GROWTH_MB_PER_REQUEST: '4' },
    recreate: WORKERS,
  },
  {
    id: 'workers-leak',
    title: 'A release of the workers keeps memory with each request, and no setting says so',
    changes: [],
    env: { LEAK_MB_PER_REQUEST: '0.6' },
    recreate: WORKERS,
  },
  {
    id: 'workers-large',
    title: 'The workers need more memory than they did, and nearly all that they may use',
    changes: WORKERS.flatMap((container): readonly Change[] => [
      {
        kind: 'update',
        container,
        limits: { memoryBytes: 1400 * MIB, memorySwapBytes: 1400 * MIB },
        restart: null,
      },
      { kind: 'ballast', container, bytes: 1060 * MIB },
    ]),
  },
  {
    id: 'worker-near-limit',
    title: 'A worker has filled what its container may use',
    changes: [
      {
        kind: 'update',
        container: 'worker-1',
        limits: { memoryBytes: 256 * MIB, memorySwapBytes: 256 * MIB },
        restart: null,
      },
      { kind: 'ballast', container: 'worker-1', bytes: 65 * MIB },
    ],
  },
  {
    id: 'worker-out-of-memory',
    title: 'A worker needs more memory than its container may use',
    changes: [
      {
        kind: 'update',
        container: 'worker-1',
        limits: { memoryBytes: 128 * MIB, memorySwapBytes: 128 * MIB },
        restart: null,
      },
    ],
  },
  {
    id: 'wrong-setting',
    title: 'A value in .env that the workers refuse',
    changes: [],
    env: { POSTGRES_POOL_SIZE: 'twenty' },
    recreate: WORKERS,
  },
  {
    id: 'missing-dependency',
    title: 'Redis is down, and the workers do not start without it',
    changes: [kill('redis')],
    env: { REQUIRE_DEPENDENCIES: 'true' },
    recreate: WORKERS,
  },
  {
    id: 'bad-release',
    title: 'A release of the workers fails half of what reaches its model',
    changes: [release({ errorShare: 0.6 })],
    recreate: WORKERS,
  },
  {
    id: 'model-missing',
    title: 'The file of the model is gone, and the workers were started again',
    changes: [],
    removeFiles: ['models/classifier.pkl'],
    recreate: WORKERS,
  },
  {
    id: 'model-lost-at-start',
    title: 'The workers were started while the file of the model was not there',
    changes: [],
    removeFiles: ['models/classifier.pkl'],
    recreate: WORKERS,
    later: { afterMs: 3000, changes: [] },
    thenFiles: { 'models/classifier.pkl': 'a model of 384 features\n' },
  },
  {
    id: 'short-cache',
    title: 'Answers stay in the cache for a second, of ever more texts',
    changes: [{ kind: 'load', load: { texts: 400 } }],
    env: { CACHE_TTL_SECONDS: '1' },
    recreate: WORKERS,
  },
  {
    id: 'overload',
    title: 'Ten times as many requests, hardly one of them known to the cache',
    changes: [{ kind: 'load', load: { perSecond: 60, repeatedShare: 0.1 } }],
  },
  {
    id: 'worker-hung',
    title: 'A worker takes connections and answers nothing',
    changes: [{ kind: 'pause', container: 'worker-2' }],
  },
  {
    id: 'gateway-killed',
    title: 'The proxy was killed, and stays down',
    changes: [kill('nginx')],
  },
];
