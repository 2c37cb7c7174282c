/** What can be set on a stack; durations in seconds as in the worker's own environment. */
export interface StackEnv {
  breakerTimeoutSeconds: number;
  /** How long the gateway leaves a worker out that did not answer. */
  gatewayFailSeconds: number;
  breakerFailureThreshold: number;
  halfOpenAttempts: number;
  /** As Redis writes it: `256mb`. */
  redisMaxMemory: string;
  redisPolicy: string;
  /** Hard limit of the container, as Docker writes it, or null for none. */
  redisMemoryLimit: string | null;
  redisRestart: 'unless-stopped' | 'no';
  redisTimeoutSeconds: number;
  /** Requests a second of the load generator; 0 leaves it out. */
  loadRps: number;
  inferenceDelayMs: number;
  healthIntervalSeconds: number;
  /** Port that nginx publishes. */
  httpPort: number;
  /** More lines for the workers' `.env`. */
  workerEnv: Readonly<Record<string, string>>;
}

/** Quick enough for tests; sizes and policies as in the original. */
export const defaultEnv: StackEnv = {
  breakerTimeoutSeconds: 1,
  gatewayFailSeconds: 2,
  breakerFailureThreshold: 5,
  halfOpenAttempts: 3,
  redisMaxMemory: '256mb',
  redisPolicy: 'allkeys-lru',
  redisMemoryLimit: null,
  redisRestart: 'unless-stopped',
  redisTimeoutSeconds: 0.5,
  loadRps: 20,
  inferenceDelayMs: 0,
  healthIntervalSeconds: 2,
  httpPort: 18080,
  workerEnv: {},
};

/** The people's stack: breaker and gateway wait as long as in the original. */
export const playgroundEnv: Partial<StackEnv> = {
  breakerTimeoutSeconds: 60,
  gatewayFailSeconds: 30,
  healthIntervalSeconds: 5,
};

const variables: Record<string, keyof StackEnv> = {
  FALCON_BREAKER_TIMEOUT_SECONDS: 'breakerTimeoutSeconds',
  FALCON_GATEWAY_FAIL_SECONDS: 'gatewayFailSeconds',
  FALCON_BREAKER_FAILURE_THRESHOLD: 'breakerFailureThreshold',
  FALCON_HALF_OPEN_ATTEMPTS: 'halfOpenAttempts',
  FALCON_REDIS_MAXMEMORY: 'redisMaxMemory',
  FALCON_REDIS_POLICY: 'redisPolicy',
  FALCON_REDIS_MEMORY_LIMIT: 'redisMemoryLimit',
  FALCON_REDIS_RESTART: 'redisRestart',
  FALCON_REDIS_TIMEOUT_SECONDS: 'redisTimeoutSeconds',
  FALCON_LOAD_RPS: 'loadRps',
  FALCON_INFERENCE_DELAY_MS: 'inferenceDelayMs',
  FALCON_HEALTH_INTERVAL_SECONDS: 'healthIntervalSeconds',
  FALCON_HTTP_PORT: 'httpPort',
};

/**
 * Reads the settings people give as variables; those not given are left out.
 *
 * @throws Error naming the variable whose value is no number
 */
export function envFromVariables(given: NodeJS.ProcessEnv): Partial<StackEnv> {
  const read: Record<string, string | number> = {};
  for (const [name, key] of Object.entries(variables)) {
    const value = given[name];
    if (value === undefined || value === '') continue;
    if (typeof defaultEnv[key] !== 'number') {
      read[key] = value;
      continue;
    }
    const number = Number(value);
    if (!Number.isFinite(number)) throw new Error(`${name}=${value} is not a number`);
    read[key] = number;
  }
  return read;
}
