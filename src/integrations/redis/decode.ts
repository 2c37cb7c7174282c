import type { Cache, CacheDatabase, SlowCommand } from '../../domain/cache.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { masterOf, persistenceOf, replicasOf } from './decode-replication.ts';

/** Databases listed; the count of keys covers all of them. */
const DATABASES_MAX = 64;
/** Longer answers to INFO are cut: no server's own is that long. */
const INFO_LENGTH_MAX = 4 * 1024 * 1024;

/** INFO as it is: every field by its name, sanitized. */
export type Info = ReadonlyMap<string, string>;

/**
 * Splits INFO into fields.
 * @throws OperatorError('garbage') when it is no INFO, ('failed') while Redis loads its data
 */
export function decodeInfo(answer: unknown, where: string): Info {
  const info = new Map<string, string>();
  for (const line of typeof answer === 'string'
    ? answer.slice(0, INFO_LENGTH_MAX).split(/\r?\n/)
    : []) {
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

/** A whole number of INFO; null where this version does not tell it, or tells none. */
function maybeNumber(info: Info, field: string): number | null {
  const text = info.get(field);
  const value = text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

function databasesOf(info: Info): readonly CacheDatabase[] {
  const databases: CacheDatabase[] = [];
  for (const [field, value] of info) {
    const db = /^db(\d+)$/.exec(field)?.[1];
    if (db === undefined) continue;
    const count = (name: string) =>
      Number(new RegExp(`(?:^|,)${name}=(\\d+)`).exec(value)?.[1] ?? 0);
    databases.push({ db: Number(db), keys: count('keys'), expires: count('expires') });
  }
  return databases.sort((a, b) => a.db - b.db);
}

/** What INFO tells of the last minute only by comparing two of them. */
export interface Recent {
  readonly hitRate: number | null;
  readonly evictionsPerSecond: number | null;
}

/** The domain's cache from INFO, the time it took, and what else was read beside it. */
export function toCache(
  info: Info,
  latencyMs: number,
  beside: { readonly recent?: Recent; readonly slowLog?: readonly SlowCommand[] | null } = {},
): Cache {
  const databases = databasesOf(info);
  return {
    latencyMs,
    version: info.get('redis_version') ?? '',
    role: info.get('role') === 'slave' ? 'replica' : 'master',
    uptimeSeconds: numberOf(info, 'uptime_in_seconds'),
    usedMemoryBytes: numberOf(info, 'used_memory'),
    peakMemoryBytes: numberOf(info, 'used_memory_peak'),
    maxMemoryBytes: numberOf(info, 'maxmemory'),
    policy: info.get('maxmemory_policy') ?? '',
    clients: numberOf(info, 'connected_clients'),
    blockedClients: numberOf(info, 'blocked_clients'),
    maxClients: maybeNumber(info, 'maxclients'),
    rejectedTotal: numberOf(info, 'rejected_connections'),
    opsPerSecond: numberOf(info, 'instantaneous_ops_per_sec'),
    hitsTotal: numberOf(info, 'keyspace_hits'),
    missesTotal: numberOf(info, 'keyspace_misses'),
    recentHitRate: beside.recent?.hitRate ?? null,
    evictedTotal: numberOf(info, 'evicted_keys'),
    evictionsPerSecond: beside.recent?.evictionsPerSecond ?? null,
    expiredTotal: numberOf(info, 'expired_keys'),
    keys: databases.reduce((sum, { keys }) => sum + keys, 0),
    databases: databases.slice(0, DATABASES_MAX),
    slowLog: beside.slowLog ?? null,
    replicas: replicasOf(info),
    master: masterOf(info),
    persistence: persistenceOf(info),
  };
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
