/** What is wrong with the environment, in the words of the original's settings library. */
const problems: string[] = [];

/** The worker's settings, by the names and with the defaults of Falcon's `.env`. */
export const settings = {
  workerId: text('WORKER_ID', 'worker-1'),
  appName: text('APP_NAME', 'falcon-ml-inference-platform'),
  version: text('APP_VERSION', '1.0.0'),
  environment: text('ENVIRONMENT', 'development'),
  logLevel: text('LOG_LEVEL', 'INFO'),
  host: text('HOST', '0.0.0.0'),
  port: number('PORT', 8000),
  modelPath: text('MODEL_PATH', '/app/models/classifier.json'),
  redisHost: text('REDIS_HOST', 'redis'),
  redisPort: number('REDIS_PORT', 6379),
  redisSocketTimeoutMs: number('REDIS_SOCKET_TIMEOUT', 5) * 1000,
  redisConnectTimeoutMs: number('REDIS_SOCKET_CONNECT_TIMEOUT', 5) * 1000,
  postgresHost: text('POSTGRES_HOST', 'postgres'),
  postgresPort: number('POSTGRES_PORT', 5432),
  postgresDatabase: text('POSTGRES_DB', 'falcon_inference'),
  postgresUser: text('POSTGRES_USER', 'falcon'),
  postgresPassword: text('POSTGRES_PASSWORD', ''),
  postgresPoolSize: number('POSTGRES_POOL_SIZE', 20),
  postgresMaxOverflow: number('POSTGRES_MAX_OVERFLOW', 10),
  postgresPoolTimeoutMs: number('POSTGRES_POOL_TIMEOUT', 30) * 1000,
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
  // The rest is not Falcon's: it makes faults that the original meets by other means.
  /** A slow model. */
  inferenceDelayMs: number('INFERENCE_DELAY_MS', 0),
  /** A model that keeps the processor busy. */
  inferenceBusyMs: number('INFERENCE_BUSY_MS', 0),
  /** A bad release: this share of inferences fails, 0 to 1. Set by its image. */
  inferenceErrorRate: number('INFERENCE_ERROR_RATE', 0),
  /** A leak that no flag explains. */
  leakMb: number('LEAK_MB_PER_REQUEST', 0),
  /** The release as committed: its breakers are handed what they cannot call. */
  breakerMisused: flag('CIRCUIT_BREAKER_MISUSED', false),
  /** A start script that waits for nobody. */
  requireDependencies: flag('REQUIRE_DEPENDENCIES', false),
  /** Entries kept while the database is lost. */
  logBufferLimit: number('LOG_BUFFER_LIMIT', 1000),
};

/** Ends the program as the original's settings do when a value does not fit. */
export function refuseBadSettings(): void {
  if (problems.length === 0) return;
  const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'}`;
  process.stderr.write(`pydantic_core._pydantic_core.ValidationError: ${count} for Settings\n`);
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exit(1);
}

function text(name: string, otherwise: string): string {
  const value = process.env[name];
  return value === undefined || value === '' ? otherwise : value;
}

function number(name: string, otherwise: number): number {
  const given = text(name, String(otherwise));
  const value = Number(given);
  if (Number.isFinite(value)) return value;
  problems.push(
    `${name}\n  Input should be a valid integer, unable to parse string as an integer ` +
      `[type=int_parsing, input_value='${given}', input_type=str]`,
  );
  return otherwise;
}

function flag(name: string, otherwise: boolean): boolean {
  return text(name, String(otherwise)).toLowerCase() === 'true';
}
