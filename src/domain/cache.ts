/** A Redis server as INFO tells it. */
export interface Cache {
  readonly latencyMs: number;
  readonly version: string;
  readonly role: 'master' | 'replica';
  readonly uptimeSeconds: number;
  readonly usedMemoryBytes: number;
  /** 0 means no limit, as in Redis. */
  readonly maxMemoryBytes: number;
  readonly policy: string;
  readonly clients: number;
  readonly opsPerSecond: number;
  readonly hitsTotal: number;
  readonly missesTotal: number;
  readonly evictedTotal: number;
  readonly keys: number;
}
