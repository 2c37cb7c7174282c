/** The keys of one numbered database. */
export interface CacheDatabase {
  readonly db: number;
  readonly keys: number;
  /** Those of them that have a time to live. */
  readonly expires: number;
}

/** An entry of the slow log. */
export interface SlowCommand {
  readonly id: number;
  /** When it ran, epoch ms; Redis tells whole seconds. */
  readonly at: number;
  readonly durationMs: number;
  /** The command with its arguments, sanitized, secrets hidden, cut. */
  readonly command: string;
  /** Address of the client, and its name where it has one. */
  readonly client: string;
}

/** A replica as its master sees it. */
export interface CacheReplica {
  readonly address: string;
  /** `online`, or the step of its first copy. */
  readonly state: string;
  /** Since it last reported; null before its first report. */
  readonly lagSeconds: number | null;
  /** What it has not yet received. */
  readonly lagBytes: number | null;
}

/** How a replica stands with its master. */
export interface CacheMaster {
  readonly address: string;
  readonly link: 'up' | 'down';
  /** How long the link has been down; null while it is up, or before it ever was. */
  readonly downSeconds: number | null;
  /** Since the master was last heard; null while the link is down. */
  readonly lagSeconds: number | null;
  /** True while the first copy is being received. */
  readonly copying: boolean;
}

/** What Redis tells of its files; each word `null` when all is well. */
export interface CachePersistence {
  /** Changes not yet in a snapshot. */
  readonly unsavedChanges: number;
  /** When the last snapshot was finished, epoch ms; null where Redis tells none. */
  readonly lastSavedAt: number | null;
  readonly aof: boolean;
  /** What is wrong, in words: snapshots or the append-only file cannot be written. */
  readonly trouble: string | null;
}

/** A Redis server as INFO and its slow log tell it. */
export interface Cache {
  readonly latencyMs: number;
  readonly version: string;
  readonly role: 'master' | 'replica';
  readonly uptimeSeconds: number;
  readonly usedMemoryBytes: number;
  /** The most that was ever used. */
  readonly peakMemoryBytes: number;
  /** 0 means no limit, as in Redis. */
  readonly maxMemoryBytes: number;
  readonly policy: string;
  readonly clients: number;
  /** Clients that wait in a blocking command. */
  readonly blockedClients: number;
  /** Null where this version does not tell it. */
  readonly maxClients: number | null;
  /** Connections refused because of `maxClients`, since it started. */
  readonly rejectedTotal: number;
  readonly opsPerSecond: number;
  readonly hitsTotal: number;
  readonly missesTotal: number;
  /** Hits of the look-ups of about the last minute, 0 to 1; null when there were none. */
  readonly recentHitRate: number | null;
  readonly evictedTotal: number;
  /** Over about the last minute; null before the second answer. */
  readonly evictionsPerSecond: number | null;
  readonly expiredTotal: number;
  readonly keys: number;
  /** By number; databases without keys are left out. */
  readonly databases: readonly CacheDatabase[];
  /** The newest first; null when this user may not read it. */
  readonly slowLog: readonly SlowCommand[] | null;
  readonly replicas: readonly CacheReplica[];
  /** Null unless it is a replica. */
  readonly master: CacheMaster | null;
  readonly persistence: CachePersistence;
}

/** Hits out of all look-ups since Redis started, 0 to 1; null before the first look-up. */
export function hitRateOf(cache: Pick<Cache, 'hitsTotal' | 'missesTotal'>): number | null {
  const lookUps = cache.hitsTotal + cache.missesTotal;
  return lookUps === 0 ? null : cache.hitsTotal / lookUps;
}

type MemoryOf = Pick<Cache, 'maxMemoryBytes' | 'policy' | 'usedMemoryBytes'>;

/** True when the next write will be refused: full, and told to evict nothing. */
export function rejectsWrites(cache: MemoryOf): boolean {
  const { maxMemoryBytes, policy, usedMemoryBytes } = cache;
  return maxMemoryBytes > 0 && policy === 'noeviction' && usedMemoryBytes >= maxMemoryBytes;
}
