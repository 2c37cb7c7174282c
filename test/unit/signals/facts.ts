import type { Cache } from '../../../src/domain/cache.ts';
import type { Certificate } from '../../../src/domain/certificate.ts';
import type { Database, DatabaseSession } from '../../../src/domain/database.ts';
import type { Disk, Host } from '../../../src/domain/host.ts';
import type { SourceState } from '../../../src/domain/source.ts';

export const DAY_MS = 86_400_000;

export function session(pid: number, rest: Partial<DatabaseSession> = {}): DatabaseSession {
  return {
    id: `${pid} start`,
    pid,
    backendType: 'client backend',
    backendStart: 0,
    backendStartText: '1970-01-01 00:00:00+00',
    user: 'app',
    database: 'app',
    application: 'api',
    client: null,
    state: 'active',
    waitEventType: null,
    waitEvent: null,
    transactionStart: null,
    queryStart: null,
    stateChange: null,
    query: 'select 1',
    blockedBy: [],
    ...rest,
  };
}

export function database(rest: Partial<Database> = {}): Database {
  return {
    latencyMs: 1,
    version: '15.1',
    role: 'primary',
    startedAt: 0,
    maxConnections: 100,
    reservedConnections: 3,
    sessions: [],
    sessionsCut: false,
    counts: { active: 0, idle: 0, idleInTransaction: 0, waiting: 0, total: 0 },
    waits: [],
    connectionsUsed: 10,
    sizes: [],
    replication: [],
    statements: null,
    notes: [],
    ...rest,
  };
}

export function cache(rest: Partial<Cache> = {}): Cache {
  return {
    latencyMs: 1,
    version: '7.2.0',
    role: 'master',
    uptimeSeconds: 5,
    usedMemoryBytes: 10,
    peakMemoryBytes: 10,
    maxMemoryBytes: 100,
    policy: 'noeviction',
    clients: 1,
    blockedClients: 0,
    maxClients: null,
    rejectedTotal: 0,
    opsPerSecond: 1,
    hitsTotal: 0,
    missesTotal: 0,
    recentHitRate: null,
    evictedTotal: 0,
    evictionsPerSecond: 0,
    expiredTotal: 0,
    keys: 1,
    databases: [],
    slowLog: null,
    replicas: [],
    master: null,
    persistence: { unsavedChanges: 0, lastSavedAt: null, aof: false, trouble: null },
    ...rest,
  };
}

export function disk(mount: string, used: number, rest: Partial<Disk> = {}): Disk {
  return {
    mount,
    device: '/dev/vda1',
    type: 'ext4',
    sizeBytes: 100 * 2 ** 30,
    usedBytes: used * 100 * 2 ** 30,
    freeBytes: (1 - used) * 100 * 2 ** 30,
    used,
    inodesUsed: 0.1,
    ...rest,
  };
}

export function host(rest: Partial<Host> = {}): Host {
  return {
    name: 'box',
    cores: 4,
    load: [0, 0, 0],
    cpu: null,
    memoryBytes: 100,
    memoryAvailableBytes: 50,
    swapBytes: 0,
    swapUsedBytes: 0,
    disks: [disk('/', 0.5)],
    silentMounts: [],
    pressure: null,
    bootedAt: 0,
    ...rest,
  };
}

export function certificate(leftMs: number, rest: Partial<Certificate> = {}): Certificate {
  return {
    name: 'api',
    host: 'api.example',
    port: 443,
    subject: 'api.example',
    issuer: 'Example CA',
    names: ['api.example'],
    notBefore: 0,
    notAfter: leftMs,
    chain: [],
    problem: null,
    mend: null,
    latencyMs: 1,
    ...rest,
  };
}

export function source(
  name: string,
  kind: SourceState['kind'],
  rest: Partial<SourceState> = {},
): SourceState {
  return {
    name,
    kind,
    status: 'live',
    since: 0,
    observedAt: 0,
    error: null,
    retryAt: null,
    intervalMs: 5000,
    ...rest,
  };
}
