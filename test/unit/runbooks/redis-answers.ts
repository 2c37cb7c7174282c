export const NOW = 1_700_000_000_000;
export const MIB = 1024 * 1024;

export const container = {
  found: true,
  count: 1,
  id: 'c'.repeat(64),
  name: 'falcon-redis',
  service: 'redis',
  state: 'running',
  health: 'healthy',
  exitCode: null as number | null,
  oomKilled: false,
  restartCount: 0,
  startedAt: NOW - 3_600_000,
  finishedAt: null as number | null,
  ageMs: 3_600_000,
  networks: ['falcon-network'],
  candidates: [] as string[],
};
export const network = {
  found: true,
  shared: true,
  networks: ['falcon-network'],
  missingFrom: [] as string[],
};
export const info = {
  reachable: true,
  error: null as string | null,
  latencyMs: 0.4,
  usedMemory: 40 * MIB,
  maxMemory: 256 * MIB,
  usedMemoryHuman: '40M',
  maxMemoryHuman: '256M',
  policy: 'allkeys-lru',
  evictedTotal: 0,
  clients: 12,
  opsPerSecond: 180,
  hitRate: 0.8,
  uptimeSeconds: 3_600,
  rejectsWrites: false,
};
export const silent = {
  reachable: false,
  error: 'Redis at 10.0.0.5:6379 did not answer within 3 s' as string | null,
  latencyMs: null,
  usedMemory: null,
  maxMemory: null,
  usedMemoryHuman: null,
  maxMemoryHuman: null,
  policy: null,
  evictedTotal: null,
  clients: null,
  opsPerSecond: null,
  hitRate: null,
  uptimeSeconds: null,
  rejectsWrites: null,
};
export const slow = {
  id: 7,
  at: NOW - 20_000,
  durationMs: 180,
  command: 'SORT big',
  client: '10.0.0.9:5',
};
export const slowlog = { entries: [] as (typeof slow)[], slowest: null as typeof slow | null };
export const clients = { total: 12, blocked: 0, byName: [], top: [] };
