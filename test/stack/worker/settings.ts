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
  /** Not Falcon's: makes a slow model for drills of latency. */
  inferenceDelayMs: number('INFERENCE_DELAY_MS', 0),
};

function text(name: string, otherwise: string): string {
  const value = process.env[name];
  return value === undefined || value === '' ? otherwise : value;
}

function number(name: string, otherwise: number): number {
  const value = Number(text(name, String(otherwise)));
  if (!Number.isFinite(value)) throw new Error(`${name} is not a number`);
  return value;
}

function flag(name: string, otherwise: boolean): boolean {
  return text(name, String(otherwise)).toLowerCase() === 'true';
}
