import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { stringify } from 'yaml';
import { composeFile } from './compose-file.ts';
import type { StackEnv } from './options.ts';

/** The compose project's name. */
export const projectName = 'falcon';

/** The project's folder inside a state folder. */
export function projectDir(dir: string): string {
  return join(dir, projectName);
}

async function postgresPrograms(): Promise<string> {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? await readdir(root) : [];
  const newest = versions.sort((a, b) => Number(a) - Number(b)).at(-1);
  if (newest === undefined) throw new Error(`no PostgreSQL in ${root}: install postgresql-15`);
  return join(root, newest, 'bin');
}

async function bundle(appDir: string): Promise<void> {
  await build({
    entryPoints: {
      worker: join(import.meta.dirname, 'worker/main.ts'),
      load: join(import.meta.dirname, 'load.ts'),
    },
    outdir: appDir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    external: ['pg-native'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire('/app/');",
    },
    logLevel: 'error',
  });
}

function envFile(env: StackEnv): string {
  const lines: Record<string, string | number> = {
    APP_NAME: 'falcon-ml-inference-platform',
    APP_VERSION: '1.0.0',
    ENVIRONMENT: 'development',
    LOG_LEVEL: 'INFO',
    MODEL_PATH: '/app/models/classifier.json',
    REDIS_HOST: 'redis',
    REDIS_PORT: 6379,
    REDIS_SOCKET_TIMEOUT: env.redisTimeoutSeconds,
    REDIS_SOCKET_CONNECT_TIMEOUT: env.redisTimeoutSeconds,
    POSTGRES_HOST: 'postgres',
    POSTGRES_PORT: 5432,
    POSTGRES_DB: 'falcon_inference',
    POSTGRES_USER: 'falcon',
    POSTGRES_PASSWORD: 'falcon_dev_password_change_in_prod',
    POSTGRES_POOL_SIZE: 20,
    POSTGRES_MAX_OVERFLOW: 10,
    CACHE_TTL_SECONDS: 3600,
    IDEMPOTENCY_TTL_SECONDS: 86_400,
    CIRCUIT_BREAKER_FAILURE_THRESHOLD: env.breakerFailureThreshold,
    CIRCUIT_BREAKER_TIMEOUT_SECONDS: env.breakerTimeoutSeconds,
    CIRCUIT_BREAKER_HALF_OPEN_ATTEMPTS: env.halfOpenAttempts,
    RETRY_MAX_ATTEMPTS: 3,
    RETRY_BASE_DELAY_MS: 100,
    RETRY_MAX_DELAY_MS: 5000,
    GRACEFUL_SHUTDOWN_TIMEOUT_SECONDS: 30,
    DEBUG_MEMORY_GROWTH: 'false',
    DEBUG_MEMORY_GROWTH_MB_PER_REQUEST: 0,
    INFERENCE_DELAY_MS: env.inferenceDelayMs,
    ...env.workerEnv,
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** Writes the compose file alone. YAML 1.1, in which a bare `no` is a boolean: so it is quoted. */
export async function writeCompose(dir: string, env: StackEnv): Promise<void> {
  const text = stringify(composeFile(env, await postgresPrograms()), { version: '1.1' });
  await writeFile(join(projectDir(dir), 'docker-compose.yml'), text);
}

/** Writes the workers' `.env` alone. */
export async function writeEnvFile(dir: string, env: StackEnv): Promise<void> {
  await writeFile(join(projectDir(dir), '.env'), envFile(env));
}

/** The configuration of nginx, with how long it leaves a worker out that failed. */
async function writeGateway(project: string, env: StackEnv): Promise<void> {
  const text = await readFile(join(import.meta.dirname, 'nginx.conf'), 'utf8');
  const seconds = String(env.gatewayFailSeconds);
  await writeFile(join(project, 'nginx.conf'), text.replaceAll('GATEWAY_FAIL_SECONDS', seconds));
}

const model = {
  negative: ['terrible', 'bad', 'worst', 'horrible'],
  neutral: ['okay', 'fine', 'average', 'normal'],
  positive: ['great', 'awesome', 'amazing', 'good'],
};

/**
 * Writes the project: compose file, `.env`, configuration, and the bundled programs. All values are
 * in the files, so that `docker-compose` in that folder needs nothing from its caller.
 */
export async function writeProject(dir: string, env: StackEnv): Promise<void> {
  const project = projectDir(dir);
  const here = import.meta.dirname;
  await mkdir(join(project, 'app/models'), { recursive: true });
  await Promise.all([
    bundle(join(project, 'app')),
    writeGateway(project, env),
    copyFile(join(here, 'postgres.sh'), join(project, 'postgres.sh')),
    writeFile(join(project, 'app/models/classifier.json'), JSON.stringify(model)),
    writeEnvFile(dir, env),
    writeCompose(dir, env),
  ]);
}
