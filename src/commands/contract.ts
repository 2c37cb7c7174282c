import * as z from 'zod';
import { severities } from '../domain/severity.ts';
import { drillsContract } from './contract-drills.ts';
import { runbooksContract } from './contract-runbooks.ts';

const time = z.iso.datetime().nullable();
const count = z.number().nullable();
const labels = z.record(z.string(), z.string());

const source = z.object({
  name: z.string(),
  kind: z.string(),
  status: z.enum(['connecting', 'live', 'stale', 'failed']),
  observedAt: time,
  error: z.string().nullable(),
  retryAt: time,
});

const container = z.object({
  id: z.string(),
  name: z.string(),
  project: z.string().nullable(),
  service: z.string().nullable(),
  image: z.string(),
  state: z.string(),
  health: z.string(),
  exitCode: count,
  oomKilled: z.boolean(),
  restartCount: z.number(),
  startedAt: time,
  cpu: count,
  memoryBytes: count,
  memoryLimitBytes: count,
});

const cache = z.object({
  reachable: z.boolean(),
  latencyMs: count,
  usedMemoryBytes: count,
  maxMemoryBytes: count,
  policy: z.string().nullable(),
  clients: count,
  opsPerSecond: count,
  hitRate: count,
});

const named = { name: z.string().describe('The source it is read by.') };

const pod = z.object({
  namespace: z.string(),
  name: z.string(),
  uid: z.string(),
  node: z.string().nullable(),
  status: z.string(),
  ready: z.number(),
  containers: z.number(),
  restarts: z.number(),
  lastRestartAt: time,
  startedAt: time,
});

const replication = z.object({
  name: z.string(),
  state: z.string(),
  client: z.string().nullable(),
  receiveLagBytes: count,
  replayLagBytes: count,
  replayLagMs: count,
  sync: z.string().nullable(),
});

const database = z.object({
  role: z.enum(['primary', 'standby']),
  version: z.string(),
  maxConnections: z.number(),
  sessions: z.object({
    active: z.number(),
    idle: z.number(),
    idleInTransaction: z.number(),
    waiting: z.number().describe('Active sessions that wait for a lock.'),
    total: z.number(),
  }),
  longestQueryMs: count,
  longestTransactionMs: count,
  blocked: z.array(
    z.object({
      pid: z.number(),
      backendStart: time,
      blockedBy: z.array(z.number()),
      waitMs: count,
      query: z.string(),
    }),
  ),
  replication: z
    .array(replication)
    .describe('Of a primary its standbys; of a standby its own receiver.'),
});

const status = z.object({
  region: z.string(),
  at: z.iso.datetime(),
  sources: z.array(source),
  containers: z.array(container),
  pods: z.array(pod).describe('Empty until a cluster can be configured.'),
  database: database
    .nullable()
    .describe(
      'The last answer of the first database; null without one, or before its first answer.',
    ),
  databases: z
    .array(z.object({ ...named, ...database.shape }))
    .describe('Every database that has answered, in the order of its sources.'),
  cache: cache.nullable().describe('The first cache; null without one.'),
  caches: z
    .array(z.object({ ...named, ...cache.shape }))
    .describe('Every cache, whether it has answered or not, in the order of its sources.'),
  breakers: z.array(
    z.object({
      name: z.string(),
      source: z.string(),
      state: z.enum(['closed', 'open', 'half-open']),
      since: z.iso.datetime(),
      failures: count,
    }),
  ),
  checks: z.array(
    z.object({
      name: z.string(),
      ok: z.boolean().nullable().describe('Null until it has answered or failed.'),
      status: count,
      latencyMs: count,
      error: z.string().nullable(),
      expiresAt: time.describe('Of a certificate; null for other checks.'),
    }),
  ),
  signals: z.array(
    z.object({
      id: z.string(),
      labels,
      value: z.union([z.number(), z.string()]).nullable(),
      unit: z.string(),
      state: z.enum(['ok', 'unknown', 'warning', 'critical']),
    }),
  ),
  alerts: z.array(
    z.object({
      name: z.string(),
      labels,
      state: z.enum(['pending', 'firing']),
      since: z.iso.datetime(),
      runbook: z.string().nullable(),
    }),
  ),
});

const check = z.array(
  z.object({
    name: z.string(),
    kind: z.string().describe('Of a source what it brings; `secret` for one that cannot be read.'),
    ok: z.boolean().nullable().describe('Null: not configured, and found nowhere.'),
    error: z.string().nullable(),
    mend: z.string().nullable(),
  }),
);

const configuration = z.object({
  files: z.array(z.string()).describe('The files that were read, in rising order of precedence.'),
  absent: z.array(z.string()).describe('Those that were looked for and are not there.'),
  settings: z.array(
    z.object({
      key: z.string(),
      value: z.string().describe('Secrets stand by their reference.'),
      origin: z.string().describe('FILE:LINE:COLUMN, a variable, an option, or `default`.'),
    }),
  ),
  notFound: z.array(z.object({ what: z.string(), message: z.string(), mend: z.string() })),
});

const evidence = z.object({
  step: z.string(),
  probe: z.string(),
  command: z.string(),
  result: z.unknown(),
  error: z.string().nullable(),
  observedAt: z.iso.datetime(),
  elapsedMs: z.number(),
});

const diagnosis = z.object({
  runbook: z.string(),
  leaf: z.string().nullable(),
  confidence: z.number(),
  evidence: z.array(evidence),
  elapsedMs: z.number(),
});

const incidents = z.array(
  z.object({
    id: z.string(),
    region: z.string(),
    title: z.string(),
    severity: z.enum(severities),
    state: z.string(),
    openedAt: z.iso.datetime(),
    closedAt: time,
    runs: z.array(
      z.object({
        id: z.string(),
        runbook: z.string(),
        outcome: z.string().nullable(),
        leaf: z.string().nullable(),
        verified: z.boolean().nullable(),
      }),
    ),
  }),
);

const event = z.looseObject({
  seq: z.number(),
  at: z.iso.datetime(),
  event: z.string(),
  incident: z.string(),
  run: z.string().nullable(),
  operator: z.string(),
});

const incident = z.object({
  incident: incidents.element,
  intact: z.boolean().describe('The journal’s chain of hashes holds up to its end.'),
  events: z.array(event),
});

/** The `--json` answer of every command, by the name `schema` knows it under. */
export const contract = {
  status,
  check,
  'config-show': configuration,
  ...runbooksContract,
  diagnose: z.array(diagnosis),
  run: event.describe(
    'One object a line; the last has event "finished" with outcome, leaf, verified.',
  ),
  ...drillsContract,
  'incidents-list': incidents,
  'incidents-show': incident,
} as const;

type ContractName = keyof typeof contract;
export type ContractOf<N extends ContractName> = z.input<(typeof contract)[N]>;
