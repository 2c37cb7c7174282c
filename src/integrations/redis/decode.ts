import type { Cache } from '../../domain/cache.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';

/** INFO as it is: every field by its name, sanitized. */
export type Info = ReadonlyMap<string, string>;

/**
 * Splits INFO into fields.
 * @throws OperatorError('garbage') when it is no INFO, ('failed') while Redis loads its data
 */
export function decodeInfo(answer: unknown, where: string): Info {
  const info = new Map<string, string>();
  for (const line of typeof answer === 'string' ? answer.split(/\r?\n/) : []) {
    const colon = line.indexOf(':');
    if (colon > 0 && !line.startsWith('#')) {
      info.set(line.slice(0, colon), sanitizeLine(line.slice(colon + 1)).trim());
    }
  }
  if (!info.has('redis_version')) {
    const mend = 'see what listens there; it is not Redis';
    throw new OperatorError('garbage', `The INFO of ${where} is not a Redis server's`, mend);
  }
  if (info.get('loading') === '1') {
    const done = Number(info.get('loading_loaded_perc') ?? Number.NaN);
    const share = Number.isFinite(done) ? `, ${Math.floor(done)} % done` : '';
    const message = `Redis at ${where} is still loading its data${share}`;
    throw new OperatorError('failed', message, 'wait until it has loaded');
  }
  return info;
}

/** A whole number of INFO; 0 where this version does not tell it. */
export function numberOf(info: Info, field: string): number {
  const value = Number(info.get(field) ?? 0);
  return Number.isFinite(value) ? value : 0;
}

function keysOf(info: Info): number {
  let keys = 0;
  for (const [field, value] of info) {
    if (/^db\d+$/.test(field)) keys += Number(/(?:^|,)keys=(\d+)/.exec(value)?.[1] ?? 0);
  }
  return keys;
}

/** The domain's cache from INFO and the time it took. */
export function toCache(info: Info, latencyMs: number): Cache {
  return {
    latencyMs,
    version: info.get('redis_version') ?? '',
    role: info.get('role') === 'slave' ? 'replica' : 'master',
    uptimeSeconds: numberOf(info, 'uptime_in_seconds'),
    usedMemoryBytes: numberOf(info, 'used_memory'),
    maxMemoryBytes: numberOf(info, 'maxmemory'),
    policy: info.get('maxmemory_policy') ?? '',
    clients: numberOf(info, 'connected_clients'),
    opsPerSecond: numberOf(info, 'instantaneous_ops_per_sec'),
    hitsTotal: numberOf(info, 'keyspace_hits'),
    missesTotal: numberOf(info, 'keyspace_misses'),
    evictedTotal: numberOf(info, 'evicted_keys'),
    keys: keysOf(info),
  };
}

/** Hits out of all look-ups since Redis started; null before the first look-up. */
export function hitRateOf(cache: Cache): number | null {
  const lookUps = cache.hitsTotal + cache.missesTotal;
  return lookUps === 0 ? null : cache.hitsTotal / lookUps;
}

/** True when the next write will be refused: full, and told to evict nothing. */
export function rejectsWrites(cache: Cache): boolean {
  const { maxMemoryBytes, policy, usedMemoryBytes } = cache;
  return maxMemoryBytes > 0 && policy === 'noeviction' && usedMemoryBytes >= maxMemoryBytes;
}

/** How often the databases were flushed, from INFO commandstats: tells whether a flush happened. */
export function flushesOf(answer: unknown): number {
  let calls = 0;
  for (const line of typeof answer === 'string' ? answer.split(/\r?\n/) : []) {
    if (/^cmdstat_flush(?:db|all):/.test(line)) {
      calls += Number(/calls=(\d+)/.exec(line)?.[1] ?? 0);
      calls -= Number(/failed_calls=(\d+)/.exec(line)?.[1] ?? 0);
    }
  }
  return calls;
}
