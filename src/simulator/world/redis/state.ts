import { emptyKeyspace, type Keyspace } from './keyspace.ts';

/** A connection to Redis: of a client of the world, or a real one. */
export interface RedisConnection {
  readonly id: number;
  readonly address: string;
  readonly connectedAt: number;
  name: string;
  database: number;
  lastCommand: string;
  lastAt: number;
  authenticated: boolean;
  protocol: 2 | 3;
  /** Waits in a blocking command. */
  blocked: boolean;
}

/** One entry of the slow log. */
interface SlowEntry {
  readonly id: number;
  readonly at: number;
  readonly durationUs: number;
  readonly words: readonly string[];
  readonly address: string;
  readonly name: string;
}

/** A Redis server's memory: gone when its process ends. */
export interface RedisProcess {
  readonly kind: 'redis';
  readonly startedAt: number;
  /** From when on it takes connections. */
  readonly readyAt: number;
  readonly runId: string;
  readonly processId: number;
  databases: ReadonlyMap<number, Keyspace>;
  /** Settings by their names, as CONFIG GET tells them. */
  config: Readonly<Record<string, string>>;
  connections: ReadonlyMap<number, RedisConnection>;
  nextClientId: number;
  connectionsReceived: number;
  rejected: number;
  hits: number;
  misses: number;
  evicted: number;
  expired: number;
  /** Highest use seen. */
  peakBytes: number;
  unsaved: number;
  savedAt: number;
  /** Calls by command, lower case. */
  calls: ReadonlyMap<string, { readonly calls: number; readonly us: number; failed: number }>;
  slow: readonly SlowEntry[];
  nextSlowId: number;
  /** When the one thread is free again: commands wait for each other. */
  busyUntil: number;
  /** Commands of the last whole second, and of the second under way. */
  rate: { second: number; counted: number; lastSecond: number };
}

/** What a Redis 7 says of itself before anybody changed it. */
const DEFAULTS: Readonly<Record<string, string>> = {
  maxmemory: '0',
  'maxmemory-policy': 'noeviction',
  maxclients: '10000',
  databases: '16',
  appendonly: 'no',
  save: '',
  timeout: '0',
  requirepass: '',
  'slowlog-log-slower-than': '10000',
  'slowlog-max-len': '128',
  'latency-monitor-threshold': '0',
  dir: '/data',
  dbfilename: 'dump.rdb',
  port: '6379',
};

const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  k: 1000,
  kb: 1024,
  m: 1_000_000,
  mb: 1024 ** 2,
  g: 1_000_000_000,
  gb: 1024 ** 3,
};

/** Bytes of a size as Redis reads it, `256mb`; null where it is none. */
export function sizeOf(text: string): number | null {
  const found = /^(\d+)([a-z]*)$/.exec(text.toLowerCase());
  const unit = found?.[2] === '' ? 1 : UNITS[found?.[2] ?? '?'];
  return found === null || unit === undefined ? null : Number(found[1]) * unit;
}

/** The settings of `redis-server --name value …`. */
function settingsOf(command: readonly string[]): Readonly<Record<string, string>> {
  const settings: Record<string, string> = { ...DEFAULTS };
  for (let at = 0; at < command.length; at += 1) {
    const name = /^--(.+)/.exec(command[at] ?? '')?.[1];
    if (name === undefined) continue;
    const value = command[at + 1] ?? '';
    settings[name] = name === 'maxmemory' ? String(sizeOf(value) ?? 0) : value;
  }
  return settings;
}

/** A server that has just been started. */
export function startedRedis(
  command: readonly string[],
  born: { readonly at: number; readonly readyAt: number; readonly runId: string; pid: number },
): RedisProcess {
  return {
    kind: 'redis',
    startedAt: born.at,
    readyAt: born.readyAt,
    runId: born.runId,
    processId: born.pid,
    databases: new Map([[0, emptyKeyspace]]),
    config: settingsOf(command),
    connections: new Map(),
    nextClientId: 1,
    connectionsReceived: 0,
    rejected: 0,
    hits: 0,
    misses: 0,
    evicted: 0,
    expired: 0,
    peakBytes: 0,
    unsaved: 0,
    savedAt: born.at,
    calls: new Map(),
    slow: [],
    nextSlowId: 0,
    busyUntil: 0,
    rate: { second: 0, counted: 0, lastSecond: 0 },
  };
}

/** What an empty Redis 7 uses. */
const BASE_BYTES = 1_092_504;
const CONNECTION_BYTES = 22_400;

/** What it counts as used. */
export function usedBytes(redis: RedisProcess): number {
  let bytes = BASE_BYTES + redis.connections.size * CONNECTION_BYTES;
  for (const space of redis.databases.values()) bytes += space.bytes;
  return bytes;
}

export function copyRedis(redis: RedisProcess): RedisProcess {
  const connections = [...redis.connections].map(([id, one]) => [id, { ...one }] as const);
  return { ...redis, connections: new Map(connections) };
}
