import { counter, gauge, histogram } from './family-kinds.ts';
import type { Family } from './metric-families.ts';

/** The families of Falcon's workers, in the order `/metrics` writes them. */
export const workerFamilies: readonly Family[] = [
  gauge('app_info', 'Application info'),
  counter('inference_requests_total', 'Total inference requests'),
  counter('inference_errors_total', 'Total inference errors'),
  histogram(
    'inference_duration_seconds',
    'Inference request duration in seconds',
    [0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  ),
  counter('cache_hits_total', 'Total cache hits'),
  counter('cache_misses_total', 'Total cache misses'),
  counter('cache_errors_total', 'Total cache errors'),
  counter('idempotency_hits_total', 'Total idempotent request hits'),
  counter('idempotency_misses_total', 'Total idempotent request misses'),
  counter('db_operations_total', 'Total database operations'),
  histogram(
    'db_operation_duration_seconds',
    'Database operation duration in seconds',
    [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  ),
  gauge('db_connection_pool_size', 'Current database connection pool size'),
  gauge('db_connection_pool_available', 'Available database connections in pool'),
  gauge('circuit_breaker_state', 'Circuit breaker state (0=closed, 1=open, 2=half_open)'),
  counter('circuit_breaker_failures_total', 'Total circuit breaker failures'),
  counter('circuit_breaker_successes_total', 'Total circuit breaker successes'),
  counter('retry_attempts_total', 'Total retry attempts'),
  gauge('model_load_duration_seconds', 'Model load duration in seconds'),
  histogram(
    'model_inference_batch_size',
    'Model inference batch size',
    [1, 2, 5, 10, 20, 32, 50, 100],
  ),
  gauge('memory_usage_bytes', 'Current memory usage in bytes'),
  counter('dropped_logs_total', 'Total dropped log entries when database unavailable'),
  counter('fallback_triggered_total', 'Total fallback triggers'),
];
