/** A family of metrics as Falcon's workers write them. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly buckets?: readonly number[];
}

const counter = (name: string, help: string): Family => ({ name, help, kind: 'counter' });
const gauge = (name: string, help: string): Family => ({ name, help, kind: 'gauge' });
const histogram = (name: string, help: string, buckets: readonly number[]): Family => ({
  name,
  help,
  kind: 'histogram',
  buckets,
});

/** The families, in the order `/metrics` writes them. */
export const families: readonly Family[] = [
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

const byName = new Map(families.map((family) => [family.name, family]));

type Labels = Readonly<Record<string, string>>;

/** A number with its labels, and when it was first used. */
export interface Series {
  readonly labels: Labels;
  readonly createdAt: number;
  /** Of a histogram its sum. */
  value: number;
  /** Of a histogram: how many fell into each bucket, the last has no bound. */
  counts: readonly number[];
}

/** The series of a program, by the name of their family and their labels. */
export type Registry = Map<string, Map<string, Series>>;

export function copyRegistry(registry: Registry): Registry {
  const copy: Registry = new Map();
  for (const [name, all] of registry) {
    copy.set(name, new Map([...all].map(([key, one]) => [key, { ...one }])));
  }
  return copy;
}

function seriesOf(registry: Registry, name: string, labels: Labels, now: number): Series {
  const all = registry.get(name) ?? new Map<string, Series>();
  registry.set(name, all);
  const key = Object.values(labels).join('\n');
  const known = all.get(key);
  if (known !== undefined) return known;
  const buckets = byName.get(name)?.buckets;
  const counts = buckets === undefined ? [] : Array<number>(buckets.length + 1).fill(0);
  const made: Series = { labels, createdAt: now, value: 0, counts };
  all.set(key, made);
  return made;
}

/** Counts one more, or `by`. */
export function increase(
  registry: Registry,
  name: string,
  labels: Labels,
  now: number,
  by = 1,
): void {
  seriesOf(registry, name, labels, now).value += by;
}

/** Sets a gauge. */
export function set(
  registry: Registry,
  name: string,
  labels: Labels,
  now: number,
  value: number,
): void {
  seriesOf(registry, name, labels, now).value = value;
}

/** Takes a value into a histogram. */
export function observe(
  registry: Registry,
  name: string,
  labels: Labels,
  now: number,
  value: number,
): void {
  const series = seriesOf(registry, name, labels, now);
  const buckets = byName.get(name)?.buckets ?? [];
  const found = buckets.findIndex((bound) => value <= bound);
  const at = found < 0 ? buckets.length : found;
  series.value += value;
  series.counts = series.counts.with(at, (series.counts[at] ?? 0) + 1);
}
