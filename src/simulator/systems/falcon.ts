import type { ImageSeed, SystemDescription } from '../world/system.ts';
import { commits, sound, workerContent } from './falcon-release.ts';
import { falconTable } from './falcon-table.ts';

export const WORKERS = ['worker-1', 'worker-2', 'worker-3'] as const;
const NETWORK = 'falcon-network';
const WORKER_IMAGE = 'falcon/worker:latest';
const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;
const MODEL = 'a model of 384 features\n';

function base(service: string) {
  return { container_name: `falcon-${service}`, networks: [NETWORK], restart: 'unless-stopped' };
}

const quick = { interval: '10s', timeout: '3s', retries: 3 };

export function worker(name: string) {
  return {
    ...base(name),
    image: WORKER_IMAGE,
    build: { context: '.', dockerfile: 'Dockerfile' },
    environment: [`WORKER_ID=${name}`],
    env_file: ['.env'],
    expose: ['8000'],
    volumes: ['./models:/app/models', './logs:/app/logs'],
    depends_on: {
      redis: { condition: 'service_healthy' },
      postgres: { condition: 'service_healthy' },
    },
    healthcheck: {
      test: ['CMD', 'curl', '-f', 'http://localhost:8000/healthz'],
      interval: '10s',
      timeout: '5s',
      retries: 3,
      start_period: '30s',
    },
  };
}

/** Its compose project, with the names, ports, checks and limits of the original. */
export const compose = {
  services: {
    nginx: {
      ...base('nginx'),
      image: 'nginx:1.25-alpine',
      ports: ['80:80', '8080:8080'],
      depends_on: [...WORKERS],
      healthcheck: {
        test: ['CMD', 'wget', '-q', '--spider', 'http://localhost:8080/health'],
        interval: '10s',
        timeout: '5s',
        retries: 3,
      },
    },
    ...Object.fromEntries(WORKERS.map((name) => [name, worker(name)])),
    redis: {
      ...base('redis'),
      image: 'redis:7-alpine',
      command: ['redis-server', '--maxmemory', '256mb', '--maxmemory-policy', 'allkeys-lru'],
      ports: ['6379:6379'],
      volumes: ['redis-data:/data'],
      healthcheck: { test: ['CMD', 'redis-cli', 'ping'], ...quick },
    },
    postgres: {
      ...base('postgres'),
      image: 'postgres:15-alpine',
      environment: {
        POSTGRES_DB: 'falcon_inference',
        POSTGRES_USER: 'falcon',
        POSTGRES_PASSWORD: 'falcon_dev_password_change_in_prod',
      },
      ports: ['5432:5432'],
      volumes: ['postgres-data:/var/lib/postgresql/data'],
      healthcheck: {
        test: ['CMD-SHELL', 'pg_isready -U falcon'],
        interval: '10s',
        timeout: '5s',
        retries: 5,
      },
    },
  },
  networks: { [NETWORK]: { driver: 'bridge', name: NETWORK } },
  volumes: { 'redis-data': {}, 'postgres-data': {} },
};

const env = {
  APP_NAME: 'falcon-ml-inference-platform',
  APP_VERSION: '1.0.0',
  ENVIRONMENT: 'production',
  LOG_LEVEL: 'INFO',
  MODEL_PATH: '/app/models/classifier.pkl',
  REDIS_HOST: 'redis',
  REDIS_PORT: 6379,
  REDIS_MAX_CONNECTIONS: 50,
  CACHE_TTL_SECONDS: 3600,
  POSTGRES_HOST: 'postgres',
  POSTGRES_PORT: 5432,
  POSTGRES_DB: 'falcon_inference',
  POSTGRES_USER: 'falcon',
  POSTGRES_PASSWORD: 'falcon_dev_password_change_in_prod',
  POSTGRES_POOL_SIZE: 20,
  POSTGRES_MAX_OVERFLOW: 10,
  POSTGRES_POOL_TIMEOUT: 30,
  CIRCUIT_BREAKER_FAILURE_THRESHOLD: 5,
  CIRCUIT_BREAKER_TIMEOUT_SECONDS: 60,
  CIRCUIT_BREAKER_HALF_OPEN_ATTEMPTS: 3,
  RETRY_MAX_ATTEMPTS: 3,
  RETRY_BASE_DELAY_MS: 100,
  RETRY_MAX_DELAY_MS: 5000,
  GRACEFUL_SHUTDOWN_TIMEOUT_SECONDS: 30,
  DEBUG_MEMORY_GROWTH: 'false',
  DEBUG_MEMORY_GROWTH_MB_PER_REQUEST: 0,
};

function image(
  refs: readonly string[],
  program: ImageSeed['program'],
  more: Partial<ImageSeed> = {},
): ImageSeed {
  return {
    refs,
    program,
    ageMs: 30 * DAY_MS,
    sizeBytes: 40 * MIB,
    labels: {},
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    command: [],
    release: sound,
    ...more,
  };
}

const { command: run } = workerContent;
const BUILD_MS = 40_000;

/** Falcon: three workers behind nginx, with a cache and a log of requests. */
export const falcon: SystemDescription = {
  name: 'falcon',
  project: 'falcon',
  files: {
    'docker-compose.yml': compose,
    '.env': `${Object.entries(env)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n')}\n`,
    'models/classifier.pkl': MODEL,
    'scripts/train_model.py': '# Trains the classifier of models/classifier.pkl.\n',
    'logs/.gitkeep': '',
    Dockerfile: 'FROM python:3.11-slim\n',
  },
  images: [
    image(['falcon/worker:latest', 'falcon/worker:1.0.0'], 'falcon-worker', {
      ageMs: 3 * DAY_MS,
      sizeBytes: 1180 * MIB,
      command: run,
    }),
    image(['falcon/worker:0.9.4'], 'falcon-worker', {
      ageMs: 17 * DAY_MS,
      sizeBytes: 1174 * MIB,
      command: run,
    }),
    image(['nginx:1.25-alpine'], 'nginx', { command: ['nginx', '-g', 'daemon off;'] }),
    image(['redis:7-alpine'], 'redis', { command: ['redis-server'] }),
    image(['postgres:15-alpine'], 'postgres', { command: ['postgres'], sizeBytes: 240 * MIB }),
    image(['busybox:1.36'], 'idle', { command: ['sh'], sizeBytes: 4 * MIB }),
  ],
  load: {
    perSecond: 20,
    repeatedShare: 0.85,
    texts: 40,
    mostInFlight: 40,
    patienceMs: 10_000,
    service: 'nginx',
    port: 80,
  },
  supply: {
    builds: Object.fromEntries(
      WORKERS.map((name) => [name, { ...workerContent, takesMs: BUILD_MS }] as const),
    ),
  },
  repository: {
    ...{ branch: 'main', commits, changes: [], tags: {}, remoteTags: {}, trees: {} },
    ...{ runs: [], tickets: [], pipelineMs: 0 },
  },
  table: falconTable,
  scripts: { 'scripts/train_model.py': { path: 'models/classifier.pkl', text: MODEL } },
  region: { postgres: { password: 'file:{folder}/postgres.password' } },
  upMs: 5 * 60_000,
};
