import type { Cache } from '../domain/cache.ts';
import { formatBytes } from '../domain/format.ts';
import type { HealthBefore } from './evaluate.ts';
import { type FactNumber, factReading, type Told } from './fact-reading.ts';
import { limits } from './limits.ts';
import type { EvaluatedSignal } from './reading.ts';

function numbers({ source, value }: Told<Cache>): readonly FactNumber[] {
  const { usedMemoryBytes, maxMemoryBytes, policy, evictionsPerSecond } = value;
  const labels = { name: source.name };
  const memory: FactNumber = {
    id: 'cacheMemory',
    title: 'cache memory',
    labels,
    value: usedMemoryBytes / maxMemoryBytes,
    unit: 'fraction',
    // A cache that evicts is meant to be full.
    thresholds: policy === 'noeviction' ? limits.cacheMemory : null,
    detail: `${formatBytes(usedMemoryBytes)} of ${formatBytes(maxMemoryBytes)} under ${policy}`,
  };
  const evictions = (perSecond: number): FactNumber => ({
    id: 'cacheEvictions',
    title: 'evictions',
    labels,
    value: perSecond,
    unit: 'perSecond',
    thresholds: limits.cacheEvictions,
    detail: memory.detail ?? null,
  });
  return [
    ...(maxMemoryBytes > 0 ? [memory] : []),
    ...(maxMemoryBytes > 0 && evictionsPerSecond !== null ? [evictions(evictionsPerSecond)] : []),
  ];
}

/** The signals `cacheMemory` and `cacheEvictions` of caches with a limit, by name of the source. */
export function cacheSignals(
  caches: readonly Told<Cache>[],
  before: HealthBefore,
): readonly EvaluatedSignal[] {
  return caches.flatMap((told) => numbers(told).map((n) => factReading(n, told, before)));
}
