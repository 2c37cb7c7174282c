import { hostMounts, imageName } from './image.ts';
import type { StackEnv } from './options.ts';
import { workerImage } from './release-faults.ts';

const workers = ['worker-1', 'worker-2', 'worker-3'] as const;
/** A name that nobody knows (a dead container's) is refused at once instead of after seconds. */
const quickNames = { dns: ['127.0.0.1'], dns_opt: ['timeout:1', 'attempts:1'] };

/** Node looks names up in threads: those that wait for one dead server must not hold up another. */
const nameThreads = 32;
/** Memory of a worker is at rest soon after its start, as in the original. */
const nurseryMiB = 2;

function base(service: string, restart: string = 'unless-stopped') {
  return {
    image: imageName,
    container_name: `falcon-${service}`,
    networks: ['falcon-network'],
    restart,
    logging: { driver: 'json-file', options: { 'max-size': '5m', 'max-file': '2' } },
  };
}

function worker(name: string, health: object) {
  return {
    ...base(name),
    ...quickNames,
    image: workerImage,
    command: ['/opt/node', `--max-semi-space-size=${nurseryMiB}`, '/app/worker.mjs'],
    environment: [`WORKER_ID=${name}`, `UV_THREADPOOL_SIZE=${nameThreads}`],
    env_file: ['.env'],
    expose: ['8000'],
    volumes: [...hostMounts, `${process.execPath}:/opt/node:ro`, './app:/app:ro'],
    depends_on: {
      redis: { condition: 'service_healthy' },
      postgres: { condition: 'service_healthy' },
    },
    healthcheck: {
      test: ['CMD', 'busybox', 'wget', '-q', '-O', '/dev/null', 'http://127.0.0.1:8000/healthz'],
      ...health,
      start_period: '30s',
    },
  };
}

function redis(env: StackEnv, interval: string) {
  const limits = ['--maxmemory', env.redisMaxMemory, '--maxmemory-policy', env.redisPolicy];
  return {
    ...base('redis', env.redisRestart),
    command: ['redis-server', ...limits, ...redisSettings],
    ports: ['6379:6379'],
    volumes: [...hostMounts, 'redis-data:/data'],
    ...(env.redisMemoryLimit === null ? {} : { mem_limit: env.redisMemoryLimit }),
    healthcheck: {
      test: ['CMD', 'redis-cli', 'ping'],
      interval,
      timeout: '3s',
      retries: 3,
      start_period: '30s',
    },
  };
}

/** Nothing is saved: after a restart the cache is empty. */
const redisSettings = [
  ...['--bind', '0.0.0.0', '--protected-mode', 'no', '--dir', '/data'],
  ...['--appendonly', 'no', '--save', ''],
];

function postgres(programs: string, interval: string) {
  return {
    ...base('postgres'),
    command: ['/bin/sh', '/etc/falcon/postgres.sh'],
    stop_signal: 'SIGINT',
    environment: {
      POSTGRES_DB: 'falcon_inference',
      POSTGRES_USER: 'falcon',
      POSTGRES_PASSWORD: 'falcon_dev_password_change_in_prod',
      PATH: `${programs}:/usr/sbin:/usr/bin:/sbin:/bin`,
      PGHOST: '/tmp',
    },
    ports: ['5432:5432'],
    volumes: [
      ...hostMounts,
      './postgres.sh:/etc/falcon/postgres.sh:ro',
      './disk:/disk',
      'postgres-data:/data',
    ],
    healthcheck: {
      // Without a shell: one that is killed at its time limit would leave pg_isready to Postgres, the
      // first process here, which takes the end of a child it does not know for a crash of its own.
      test: ['CMD', 'pg_isready', '-U', 'falcon', '-d', 'falcon_inference'],
      interval,
      timeout: '5s',
      retries: 5,
      start_period: '60s',
    },
  };
}

function nginx(env: StackEnv, health: object) {
  return {
    ...base('nginx'),
    command: ['nginx', '-e', 'stderr', '-c', '/etc/falcon/nginx.conf'],
    ports: [`${env.httpPort}:80`],
    volumes: [...hostMounts, './nginx.conf:/etc/falcon/nginx.conf:ro'],
    depends_on: [...workers],
    healthcheck: {
      test: ['CMD', 'busybox', 'wget', '-q', '-O', '/dev/null', 'http://127.0.0.1:8080/health'],
      ...health,
    },
  };
}

/**
 * The compose project of Falcon, with the names, ports, checks and limits of the original.
 *
 * @param env settings
 * @param programs folder of PostgreSQL's programs on this host
 */
export function composeFile(env: StackEnv, programs: string): object {
  const interval = `${env.healthIntervalSeconds}s`;
  const health = { interval, timeout: '5s', retries: 3 };
  const load = {
    ...base('load'),
    ...quickNames,
    command: ['/opt/node', '/app/load.mjs'],
    environment: [`LOAD_RPS=${env.loadRps}`],
    volumes: [...hostMounts, `${process.execPath}:/opt/node:ro`, './app:/app:ro'],
    depends_on: ['nginx'],
  };
  return {
    version: '3.8',
    services: {
      nginx: nginx(env, health),
      ...Object.fromEntries(workers.map((name) => [name, worker(name, health)])),
      redis: redis(env, interval),
      postgres: postgres(programs, interval),
      ...(env.loadRps > 0 ? { load } : {}),
    },
    networks: { 'falcon-network': { driver: 'bridge', name: 'falcon-network' } },
    volumes: { 'redis-data': {}, 'postgres-data': {} },
  };
}
