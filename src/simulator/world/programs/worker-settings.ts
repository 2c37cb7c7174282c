/** What a worker reads from its environment, by the names and with the defaults of its own program. */
export interface WorkerSettings {
  readonly workerId: string;
  readonly appName: string;
  readonly environment: string;
  readonly version: string;
  readonly port: number;
  readonly modelPath: string;
  readonly redisHost: string;
  readonly redisPort: number;
  readonly redisTimeoutMs: number;
  readonly postgresHost: string;
  readonly postgresPort: number;
  readonly postgresUser: string;
  readonly postgresDatabase: string;
  readonly postgresPoolSize: number;
  readonly postgresMaxOverflow: number;
  readonly cacheEnabled: boolean;
  readonly cacheTtlSeconds: number;
  readonly idempotencyEnabled: boolean;
  readonly idempotencyTtlSeconds: number;
  readonly breakerEnabled: boolean;
  readonly breakerFailureThreshold: number;
  readonly breakerTimeoutSeconds: number;
  readonly breakerHalfOpenAttempts: number;
  readonly retryEnabled: boolean;
  readonly retryMaxAttempts: number;
  readonly retryBaseDelayMs: number;
  readonly retryMaxDelayMs: number;
  readonly retryExponentialBase: number;
  readonly shutdownTimeoutSeconds: number;
  readonly debugMemoryGrowth: boolean;
  readonly debugMemoryGrowthMb: number;
  /** A model that keeps the processor busy for so long beyond what it takes anyway. */
  readonly inferenceBusyMs: number;
  /** A leak that no flag explains. */
  readonly leakMb: number;
  /** A start script that waits for nobody. */
  readonly requireDependencies: boolean;
  /** Entries kept while the database is lost. */
  readonly logBufferLimit: number;
}

type Env = Readonly<Record<string, string>>;

/** Reads the settings; `problems` are what the settings library says of values that do not fit. */
export function readSettings(env: Env): { settings: WorkerSettings; problems: readonly string[] } {
  const problems: string[] = [];
  const text = (name: string, otherwise: string) => env[name] || otherwise;
  const number = (name: string, otherwise: number) => {
    const given = text(name, String(otherwise));
    const value = Number(given);
    if (Number.isFinite(value)) return value;
    problems.push(
      `${name}\n  Input should be a valid integer, unable to parse string as an integer ` +
        `[type=int_parsing, input_value='${given}', input_type=str]`,
    );
    return otherwise;
  };
  const flag = (name: string, otherwise: boolean) =>
    text(name, String(otherwise)).toLowerCase() === 'true';
  const settings: WorkerSettings = {
    workerId: text('WORKER_ID', 'worker-1'),
    appName: text('APP_NAME', 'falcon-ml-inference-platform'),
    environment: text('ENVIRONMENT', 'development'),
    version: text('APP_VERSION', '1.0.0'),
    port: number('PORT', 8000),
    modelPath: text('MODEL_PATH', '/app/models/classifier.pkl'),
    redisHost: text('REDIS_HOST', 'redis'),
    redisPort: number('REDIS_PORT', 6379),
    redisTimeoutMs: number('REDIS_SOCKET_TIMEOUT', 5) * 1000,
    postgresHost: text('POSTGRES_HOST', 'postgres'),
    postgresPort: number('POSTGRES_PORT', 5432),
    postgresUser: text('POSTGRES_USER', 'falcon'),
    postgresDatabase: text('POSTGRES_DB', 'falcon_inference'),
    postgresPoolSize: number('POSTGRES_POOL_SIZE', 20),
    postgresMaxOverflow: number('POSTGRES_MAX_OVERFLOW', 10),
    cacheEnabled: flag('CACHE_ENABLED', true),
    cacheTtlSeconds: number('CACHE_TTL_SECONDS', 3600),
    idempotencyEnabled: flag('IDEMPOTENCY_ENABLED', true),
    idempotencyTtlSeconds: number('IDEMPOTENCY_TTL_SECONDS', 86_400),
    breakerEnabled: flag('CIRCUIT_BREAKER_ENABLED', true),
    breakerFailureThreshold: number('CIRCUIT_BREAKER_FAILURE_THRESHOLD', 5),
    breakerTimeoutSeconds: number('CIRCUIT_BREAKER_TIMEOUT_SECONDS', 60),
    breakerHalfOpenAttempts: number('CIRCUIT_BREAKER_HALF_OPEN_ATTEMPTS', 3),
    retryEnabled: flag('RETRY_ENABLED', true),
    retryMaxAttempts: number('RETRY_MAX_ATTEMPTS', 3),
    retryBaseDelayMs: number('RETRY_BASE_DELAY_MS', 100),
    retryMaxDelayMs: number('RETRY_MAX_DELAY_MS', 5000),
    retryExponentialBase: number('RETRY_EXPONENTIAL_BASE', 2),
    shutdownTimeoutSeconds: number('GRACEFUL_SHUTDOWN_TIMEOUT_SECONDS', 30),
    debugMemoryGrowth: flag('DEBUG_MEMORY_GROWTH', false),
    debugMemoryGrowthMb: number('DEBUG_MEMORY_GROWTH_MB_PER_REQUEST', 0),
    inferenceBusyMs: number('INFERENCE_BUSY_MS', 0),
    leakMb: number('LEAK_MB_PER_REQUEST', 0),
    requireDependencies: flag('REQUIRE_DEPENDENCIES', false),
    logBufferLimit: number('LOG_BUFFER_LIMIT', 1000),
  };
  return { settings, problems };
}
