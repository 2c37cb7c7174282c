import { type Cache, hitRateOf, rejectsWrites } from '../../domain/cache.ts';
import type { Observed } from '../../domain/fact.ts';
import { formatFraction } from '../../domain/format.ts';
import { type Health, healths } from '../../domain/health.ts';
import type { SourceState } from '../../domain/source.ts';
import { sourcesOf } from '../../live/selectors.ts';
import { joined } from '../joined.ts';
import type { SortKey, TableModel } from '../table.ts';

/** Shares of a limit from which on it is worth a word. */
const MEMORY_HIGH = 0.9;
const CLIENTS_HIGH = 0.9;
const REPLICA_LAG_HIGH_SECONDS = 10;

/** One cache server, with its last answer; null until it has given one. */
export interface CacheRow {
  readonly source: SourceState;
  readonly cache: Observed<Cache> | null;
}

/** Something that is wrong with a server which answers. */
export interface CacheTrouble {
  readonly health: 'warning' | 'critical';
  readonly words: string;
}

const rowOf = joined(
  (source: SourceState, cache: Observed<Cache> | null): CacheRow => ({
    source,
    cache,
  }),
);

/** Used memory out of the limit; null without one. */
export function memoryShare({ maxMemoryBytes, usedMemoryBytes }: Cache): number | null {
  return maxMemoryBytes > 0 ? usedMemoryBytes / maxMemoryBytes : null;
}

/** Hits of the last minute, else since its start; null before the first look-up. */
export function hitShare(cache: Cache): number | null {
  return cache.recentHitRate ?? hitRateOf(cache);
}

const critical = (words: string): CacheTrouble => ({ health: 'critical', words });
const warning = (words: string): CacheTrouble => ({ health: 'warning', words });

function memoryTroubles(cache: Cache): readonly CacheTrouble[] {
  if (rejectsWrites(cache)) return [critical('full, and nothing may be evicted: writes fail')];
  const share = memoryShare(cache);
  if (share === null || share < MEMORY_HIGH || cache.policy !== 'noeviction') return [];
  return [warning(`${formatFraction(share)} full, and nothing may be evicted`)];
}

function replicationTroubles({ master, replicas }: Cache): readonly CacheTrouble[] {
  if (master?.copying) return [warning(`is being copied from its master ${master.address}`)];
  if (master?.link === 'down')
    return [critical(`the link to its master ${master.address} is down`)];
  return replicas.flatMap(({ address, state, lagSeconds }) => {
    if (state !== 'online') return [warning(`replica ${address} is not online: ${state}`)];
    const late = lagSeconds !== null && lagSeconds >= REPLICA_LAG_HIGH_SECONDS;
    return late ? [warning(`replica ${address} was last heard ${lagSeconds} s ago`)] : [];
  });
}

/** What is wrong with a server that answers, the worst first. */
export function cacheTroubles(cache: Cache): readonly CacheTrouble[] {
  const { clients, maxClients, persistence } = cache;
  const crowded = maxClients !== null && clients >= CLIENTS_HIGH * maxClients;
  return [
    ...memoryTroubles(cache),
    ...replicationTroubles(cache),
    ...(crowded ? [warning(`${clients} of ${maxClients} clients`)] : []),
    ...(persistence.trouble === null ? [] : [warning(persistence.trouble)]),
  ].sort((a, b) => healths.indexOf(b.health) - healths.indexOf(a.health));
}

function health({ source, cache }: CacheRow): Health {
  if (source.status === 'failed') return 'critical';
  if (cache === null) return 'unknown';
  return cacheTroubles(cache.value)[0]?.health ?? 'ok';
}

/** A key of what the server told last; null until it has. */
const told =
  (key: (cache: Cache) => SortKey) =>
  ({ cache }: CacheRow): SortKey =>
    cache === null ? null : key(cache.value);

/** A column of numbers. */
const numeric = (id: string, title: string, key: (cache: Cache) => SortKey) => ({
  id,
  title,
  key: told(key),
  firstDescending: true,
});

/** The cache servers of the region. */
export const cacheTable: TableModel<CacheRow> = {
  panel: 'cache',
  noun: 'cache',
  rows: (live) =>
    sourcesOf(live, 'cache').map((source) => {
      const fact = live.facts[source.name];
      return rowOf(source, fact?.kind === 'cache' ? fact : null);
    }),
  id: ({ source }) => source.name,
  name: ({ source }) => source.name,
  text: ({ source, cache }) =>
    [source.name, source.status, cache?.value.role ?? '', cache?.value.policy ?? ''].join(' '),
  health,
  columns: [
    { id: 'name', title: 'cache', key: ({ source }) => source.name, firstDescending: false },
    numeric('memory', 'memory', (cache) => memoryShare(cache) ?? 0),
    numeric('hits', 'hits', hitShare),
    numeric('ops', 'ops/s', (cache) => cache.opsPerSecond),
    numeric('clients', 'clients', (cache) => cache.clients),
    numeric('latency', 'answers in', (cache) => cache.latencyMs),
    numeric('keys', 'keys', (cache) => cache.keys),
    numeric('evictions', 'evicted', (cache) => cache.evictionsPerSecond),
    { id: 'role', title: 'role', key: told(({ role }) => role), firstDescending: false },
    { id: 'trouble', title: 'trouble', key: null, firstDescending: false },
  ],
  defaultSort: { column: 'name', descending: false },
};
