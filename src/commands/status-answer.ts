import { hitRateOf } from '../domain/cache.ts';
import type { Database, DatabaseSession } from '../domain/database.ts';
import { longest } from '../domain/database-blocking.ts';
import type { SourceState } from '../domain/source.ts';
import { checks, containers, sourcesOf, usageById } from '../live/selectors.ts';
import type { LiveState } from '../live/state.ts';
import type { Runbook } from '../runbooks/graph.ts';
import { opensOnAlert } from '../runbooks/opens.ts';
import type { ContractOf } from './contract.ts';
import { isoTime } from './output.ts';

export type Status = ContractOf<'status'>;

function containerRows(state: LiveState): Status['containers'] {
  const usage = usageById(state);
  return containers(state).map((c) => ({
    id: c.id,
    name: c.name,
    project: c.project,
    service: c.service,
    image: c.image,
    state: c.state,
    health: c.health,
    exitCode: c.exitCode,
    oomKilled: c.oomKilled,
    restartCount: c.restartCount,
    startedAt: isoTime(c.startedAt),
    cpu: usage.get(c.id)?.cpu ?? null,
    memoryBytes: usage.get(c.id)?.memoryBytes ?? null,
    memoryLimitBytes: usage.get(c.id)?.memoryLimitBytes ?? null,
  }));
}

/** One cache; unknown is what its source has not told yet. */
function cacheOf(state: LiveState, source: SourceState): NonNullable<Status['cache']> {
  const fact = state.facts[source.name];
  const known = fact?.kind === 'cache' ? fact.value : null;
  return {
    reachable: source.status === 'live',
    latencyMs: known?.latencyMs ?? null,
    usedMemoryBytes: known?.usedMemoryBytes ?? null,
    maxMemoryBytes: known?.maxMemoryBytes ?? null,
    policy: known?.policy ?? null,
    clients: known?.clients ?? null,
    opsPerSecond: known?.opsPerSecond ?? null,
    hitRate: known && (known.recentHitRate ?? hitRateOf(known)),
  };
}

function cacheRows(state: LiveState): Status['caches'] {
  return sourcesOf(state, 'cache').map((source) => ({
    name: source.name,
    ...cacheOf(state, source),
  }));
}

function blockedRow(session: DatabaseSession, now: number) {
  const { pid, backendStart, blockedBy, queryStart, query } = session;
  return {
    pid,
    backendStart: isoTime(backendStart),
    blockedBy: [...blockedBy],
    waitMs: queryStart === null ? null : Math.max(0, now - queryStart),
    query,
  };
}

function databaseOf(database: Database, now: number): NonNullable<Status['database']> {
  const { role, version, maxConnections, counts, sessions, replication } = database;
  const { query, transaction } = longest(sessions, now);
  const { active, idle, idleInTransaction, waiting, total } = counts;
  return {
    role,
    version,
    maxConnections,
    sessions: { active, idle, idleInTransaction, waiting, total },
    longestQueryMs: query?.durationMs ?? null,
    longestTransactionMs: transaction?.durationMs ?? null,
    blocked: sessions
      .filter(({ blockedBy }) => blockedBy.length > 0)
      .map((session) => blockedRow(session, now)),
    replication: replication.map((link) => ({
      name: link.name,
      state: link.state,
      client: link.client,
      receiveLagBytes: link.receiveLagBytes,
      replayLagBytes: link.replayLagBytes,
      replayLagMs: link.replayLagMs,
      sync: link.sync,
    })),
  };
}

/** The last answer of each database; ages are those it had when it was observed. */
function databaseRows(state: LiveState): Status['databases'] {
  return sourcesOf(state, 'database').flatMap(({ name }) => {
    const fact = state.facts[name];
    return fact?.kind === 'database' ? [{ name, ...databaseOf(fact.value, fact.observedAt) }] : [];
  });
}

/** The first of several, as the keys for one have it. */
function firstOf<Row extends { readonly name: string }>(rows: readonly Row[]) {
  const [first] = rows;
  if (first === undefined) return null;
  const { name: _, ...row } = first;
  return row;
}

/** Whether a check holds; null until it has answered or failed. */
function verdict({ status }: SourceState, holds: boolean | null): boolean | null {
  return status === 'failed' ? false : holds;
}

/** HTTP checks, then certificates, as one list: each is held against what it should be. */
export function checkRows(state: LiveState, now: number): Status['checks'] {
  const asked = checks(state).map(({ source, check }) => ({
    name: source.name,
    ok: verdict(source, check?.value.ok ?? null),
    status: check?.value.status ?? null,
    latencyMs: check?.value.latencyMs ?? null,
    error: source.error?.message ?? check?.value.error ?? null,
    expiresAt: null,
  }));
  const certificates = sourcesOf(state, 'certificate').map((source) => {
    const fact = state.facts[source.name];
    const known = fact?.kind === 'certificate' ? fact.value : null;
    const expired = known !== null && known.notAfter <= now;
    const problem = known?.problem ?? (expired ? 'it has expired' : null);
    return {
      name: source.name,
      ok: verdict(source, known === null ? null : problem === null),
      status: null,
      latencyMs: known?.latencyMs ?? null,
      error: source.error?.message ?? problem,
      expiresAt: isoTime(known?.notAfter ?? null),
    };
  });
  return [...asked, ...certificates];
}

/** The live state as the contract has it. */
export function statusOf(state: LiveState, runbooks: readonly Runbook[], now: number): Status {
  const databases = databaseRows(state);
  const caches = cacheRows(state);
  return {
    region: state.region.name,
    at: new Date(now).toISOString(),
    sources: Object.values(state.sources).map((s) => ({
      name: s.name,
      kind: s.kind,
      status: s.status,
      observedAt: isoTime(s.observedAt),
      error: s.error?.message ?? null,
      retryAt: isoTime(s.retryAt),
    })),
    containers: containerRows(state),
    pods: [],
    database: firstOf(databases),
    databases,
    cache: firstOf(caches),
    caches,
    breakers: state.breakers.map((b) => ({
      name: b.name,
      source: b.source,
      state: b.state,
      since: new Date(b.since).toISOString(),
      failures: b.failures,
    })),
    checks: checkRows(state, now),
    signals: Object.values(state.signals).map(({ id, labels, value, unit, state: health }) => ({
      id,
      labels,
      value,
      unit,
      state: health,
    })),
    alerts: state.alerts.map((alert) => ({
      name: alert.name,
      labels: alert.labels,
      state: alert.state,
      since: new Date(alert.since).toISOString(),
      runbook: runbooks.find((runbook) => opensOnAlert(runbook, alert))?.id ?? null,
    })),
  };
}
