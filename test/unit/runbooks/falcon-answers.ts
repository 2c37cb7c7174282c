import { NOW } from './falcon-walk.ts';

const MIB = 1024 * 1024;

/** What a well Falcon answers to the probes of its runbooks. */
export const container = {
  found: true,
  count: 1,
  id: 'c'.repeat(64),
  name: 'falcon-redis',
  service: 'redis',
  state: 'running',
  health: 'healthy',
  exitCode: null,
  oomKilled: false,
  restartCount: 0,
  startedAt: NOW - 3_600_000,
  finishedAt: null,
  ageMs: 3_600_000,
  networks: ['falcon-network'],
  candidates: [],
};

export const killed = { state: 'exited', exitCode: 137, finishedAt: NOW - 60_000, ageMs: 60_000 };

export const info = {
  reachable: true,
  error: null,
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
  uptimeSeconds: 3600,
  rejectsWrites: false,
};

/** Null for every field that only an answer could tell. */
export const silent = {
  ...Object.fromEntries(Object.keys(info).map((key) => [key, null])),
  reachable: false,
  error: 'Redis at 10.0.0.5:6379 did not answer within 3 s',
};

export const ready = {
  reachable: true,
  error: null,
  kind: null,
  latencyMs: 1.2,
  version: '15.4',
  standby: false,
  uptimeSeconds: 3600,
  starting: false,
  full: false,
  diskFull: false,
};

const worker = {
  name: 'falcon-worker-1',
  service: 'worker-1',
  state: 'running',
  health: 'healthy',
  restartCount: 0,
  recentStarts: 0,
  exitCode: null,
  oomKilled: false,
  startError: '',
  startedAt: NOW - 3_600_000,
  upMs: 3_600_000,
  crashing: false,
};

const crash = {
  state: 'restarting',
  restartCount: 7,
  recentStarts: 6,
  exitCode: 1,
  upMs: null,
  crashing: true,
};

/** The answer of `docker.restarts`: the first stands worst. */
export function restarts(...changed: readonly object[]) {
  const containers = [1, 2, 3].map((number, index) => ({
    ...worker,
    name: `falcon-worker-${number}`,
    service: `worker-${number}`,
    ...changed[index],
  }));
  const [worst] = containers;
  return {
    found: true,
    count: 3,
    crashing: containers.filter(({ crashing }) => crashing).length,
    restarts: containers.reduce((sum, { restartCount }) => sum + restartCount, 0),
    recentStarts: containers.reduce((sum, { recentStarts }) => sum + recentStarts, 0),
    name: worst?.name ?? null,
    worst: worst ?? null,
    containers,
  };
}

export const looping = (changed: object = {}) => restarts({ ...crash, ...changed });

/** The answer of `docker.logs`: lines by class, all of the same time unless said otherwise. */
export function logs(
  names: readonly string[],
  found: Readonly<Record<string, string>> = {},
  at: Readonly<Record<string, number>> = {},
) {
  const none = { count: 0, latest: null, lines: [] };
  const classes = names.map((name) => {
    const line = found[name];
    if (line === undefined) return [name, none];
    return [name, { count: 4, latest: at[name] ?? NOW - 1000, lines: [line] }];
  });
  const levels = { trace: 0, debug: 0, info: 9, warn: 0, error: 0, fatal: 0, none: 0 };
  return {
    lines: [],
    errors: 0,
    classes: Object.fromEntries(classes),
    foremost: null,
    other: 9,
    levels,
  };
}

/** The answer of `docker.stats` for the one that uses most. */
export function stats(memoryBytes: number, memoryLimitBytes: number | null = null) {
  const memoryFraction = memoryLimitBytes === null ? null : memoryBytes / memoryLimitBytes;
  const one = { name: 'falcon-worker-1', service: 'worker-1', cpu: 0.2, memoryBytes, pids: 9 };
  const worst = { ...one, memoryLimitBytes, memoryFraction };
  const most = { cpu: 0.2, memoryBytes, memoryFraction };
  return { found: true, count: 1, name: one.name, worst, ...most, containers: [worst] };
}

export const notRunning = {
  found: false,
  count: 0,
  name: null,
  worst: null,
  cpu: null,
  memoryBytes: null,
  memoryFraction: null,
  containers: [],
};

/** One answer of HTTP. */
export const response = (json: unknown, status: number | null = 200) => ({
  status,
  ok: status === 200,
  because: status === 200 ? null : `answered ${status}`,
  latencyMs: 3,
  json,
  headers: {},
  error: null,
});

/** The answer of `http.request`. */
export function responses(all: readonly ReturnType<typeof response>[]) {
  const failed = all.filter(({ ok }) => !ok);
  return {
    responses: all,
    first: all[0] ?? null,
    second: all[1] ?? null,
    ok: failed.length === 0,
    because: failed[0]?.because ?? null,
    failures: failed.length,
    statuses: all.map(({ status }) => status),
    medianMs: 3,
    p95Ms: 3,
    slowestMs: 3,
  };
}

const image = (choice: string, createdAt: number, running: boolean) => ({
  choice,
  id: choice.padEnd(12, '0'),
  tags: [choice],
  createdAt,
  sizeBytes: 300 * MIB,
  running,
});

/** The answer of `docker.images`, with an image from before or without. */
export function images(before = true) {
  const running = image('1.1.0', NOW - 600_000, true);
  const previous = before ? image('1.0.0', NOW - 86_400_000, false) : null;
  const all = previous === null ? [running] : [running, previous];
  return {
    found: true,
    repository: 'falcon-worker',
    asked: 'falcon-worker:latest',
    running,
    previous,
    images: all,
    choices: all.map(({ choice }) => choice),
  };
}

export const environment = (values: Readonly<Record<string, string | null>>) => ({
  found: true,
  containers: [{ name: 'falcon-worker-1', values }],
  values,
  distinct: Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, value === null ? [] : [value]]),
  ),
  missing: [],
  same: true,
});
