import { Registry } from 'prom-client';
import { exposition } from './exposition.ts';
import { familiesIn } from './family.ts';
import { processLines } from './process-metrics.ts';
import { settings } from './settings.ts';

const registry = new Registry();
const make = familiesIn(registry, { worker_id: settings.workerId });

/** Falcon's families, in the order its `/metrics` writes them. */
export const metrics = {
  appInfo: make.gauge('app_info', 'Application info', ['app_name', 'version']),
  requests: make.counter('inference_requests_total', 'Total inference requests', [
    'status',
    'cache_hit',
  ]),
  errors: make.counter('inference_errors_total', 'Total inference errors', ['error_type']),
  duration: make.histogram(
    'inference_duration_seconds',
    'Inference request duration in seconds',
    [0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    ['cache_hit'],
  ),
  cacheHits: make.counter('cache_hits_total', 'Total cache hits'),
  cacheMisses: make.counter('cache_misses_total', 'Total cache misses'),
  cacheErrors: make.counter('cache_errors_total', 'Total cache errors', ['operation']),
  idempotencyHits: make.counter('idempotency_hits_total', 'Total idempotent request hits'),
  idempotencyMisses: make.counter('idempotency_misses_total', 'Total idempotent request misses'),
  databaseOperations: make.counter('db_operations_total', 'Total database operations', [
    'operation',
    'status',
  ]),
  databaseDuration: make.histogram(
    'db_operation_duration_seconds',
    'Database operation duration in seconds',
    [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    ['operation'],
  ),
  poolSize: make.gauge('db_connection_pool_size', 'Current database connection pool size'),
  poolAvailable: make.gauge(
    'db_connection_pool_available',
    'Available database connections in pool',
  ),
  breakerState: make.gauge(
    'circuit_breaker_state',
    'Circuit breaker state (0=closed, 1=open, 2=half_open)',
    ['dependency'],
  ),
  breakerFailures: make.counter(
    'circuit_breaker_failures_total',
    'Total circuit breaker failures',
    ['dependency'],
  ),
  breakerSuccesses: make.counter(
    'circuit_breaker_successes_total',
    'Total circuit breaker successes',
    ['dependency'],
  ),
  retries: make.counter('retry_attempts_total', 'Total retry attempts', ['operation']),
  modelLoad: make.gauge('model_load_duration_seconds', 'Model load duration in seconds'),
  batchSize: make.histogram(
    'model_inference_batch_size',
    'Model inference batch size',
    [1, 2, 5, 10, 20, 32, 50, 100],
  ),
  memory: make.gauge('memory_usage_bytes', 'Current memory usage in bytes'),
  droppedLogs: make.counter(
    'dropped_logs_total',
    'Total dropped log entries when database unavailable',
  ),
  fallbacks: make.counter('fallback_triggered_total', 'Total fallback triggers', [
    'dependency',
    'fallback_type',
  ]),
};

/** The text of `/metrics`: the process first, then the families. */
export async function metricsText(): Promise<string> {
  metrics.memory(process.memoryUsage.rss());
  return processLines() + exposition(make.families, await registry.getMetricsAsJSON());
}
