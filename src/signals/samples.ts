import type { Cache } from '../domain/cache.ts';
import type { Sample } from '../domain/metrics.ts';

type Sampled = Pick<
  Cache,
  | 'evictedTotal'
  | 'usedMemoryBytes'
  | 'maxMemoryBytes'
  | 'clients'
  | 'opsPerSecond'
  | 'hitsTotal'
  | 'missesTotal'
>;

/**
 * A cache fact as samples, under the names the usual Redis exporter gives them, so that packs select
 * them like any scraped metric. Sizes in bytes, no labels.
 */
export function cacheSamples(cache: Sampled): readonly Sample[] {
  const values: readonly (readonly [string, number])[] = [
    ['redis_evicted_keys_total', cache.evictedTotal],
    ['redis_used_memory_bytes', cache.usedMemoryBytes],
    ['redis_max_memory_bytes', cache.maxMemoryBytes],
    ['redis_connected_clients', cache.clients],
    ['redis_instantaneous_ops_per_sec', cache.opsPerSecond],
    ['redis_keyspace_hits_total', cache.hitsTotal],
    ['redis_keyspace_misses_total', cache.missesTotal],
  ];
  return values.map(([name, value]) => ({ name, labels: {}, value }));
}
