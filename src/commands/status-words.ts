import { alertKey } from '../domain/alert.ts';
import type { Breaker } from '../domain/breaker.ts';
import type { Database } from '../domain/database.ts';
import { longest } from '../domain/database-blocking.ts';
import { formatAge } from '../domain/duration.ts';
import { formatBytes, formatFraction, formatSignal } from '../domain/format.ts';
import { containers, usageById } from '../live/selectors.ts';
import type { LiveState } from '../live/state.ts';
import { table } from './output.ts';
import { checkRows } from './status-answer.ts';

type Rows = readonly (readonly string[])[];

const DAY_MS = 86_400_000;
/** Blocked sessions that are named one by one. */
const BLOCKED_MAX = 20;

function sourceRows(state: LiveState, now: number): Rows {
  return Object.values(state.sources).map((s) => [
    s.name,
    s.status,
    s.observedAt === null ? 'never answered' : `${formatAge(now - s.observedAt)} ago`,
    s.error?.message ?? '',
  ]);
}

function containerRows(state: LiveState): Rows {
  const usage = usageById(state);
  return containers(state).map((c) => {
    const used = usage.get(c.id);
    const cpu = used?.cpu ?? null;
    const memory = used?.memoryBytes ?? null;
    const code = c.exitCode === null ? '' : ` ${c.exitCode}`;
    return [
      c.name,
      `${c.state}${code}${c.oomKilled ? ', out of memory' : ''}`,
      c.health === 'none' ? '' : c.health,
      cpu === null ? '' : formatFraction(cpu),
      memory === null ? '' : formatBytes(memory),
    ];
  });
}

function databaseRows(database: Database, at: number): Rows {
  const { role, version, maxConnections, connectionsUsed, counts, sessions } = database;
  const { query, transaction } = longest(sessions, at);
  const lasting = { 'longest query': query, 'longest transaction': transaction };
  const blocked = sessions.filter(({ blockedBy }) => blockedBy.length > 0);
  return [
    [role, version, `${connectionsUsed} of ${maxConnections} connections`],
    [
      'sessions',
      `active ${counts.active}`,
      `waiting ${counts.waiting}`,
      `idle ${counts.idle}`,
      `idle in transaction ${counts.idleInTransaction}`,
    ],
    ...Object.entries(lasting).flatMap(([name, found]) =>
      found === null ? [] : [[name, formatAge(found.durationMs), `pid ${found.session.pid}`]],
    ),
    ...blocked
      .slice(0, BLOCKED_MAX)
      .map(({ pid, blockedBy }) => ['blocked', `pid ${pid}`, `by ${blockedBy.join(', ')}`]),
  ];
}

function cacheRows(state: LiveState): Rows {
  return Object.values(state.facts).flatMap((fact) => {
    if (fact.kind !== 'cache') return [];
    const { clients, maxMemoryBytes, opsPerSecond, policy, role, usedMemoryBytes } = fact.value;
    const limit = maxMemoryBytes === 0 ? 'no limit' : formatBytes(maxMemoryBytes);
    const used = `${formatBytes(usedMemoryBytes)} of ${limit}`;
    return [[fact.source, role, used, policy, `${clients} clients`, `${opsPerSecond} /s`]];
  });
}

/** A block for each database that has answered, by name where there are several. */
function databaseBlocks(state: LiveState): readonly (readonly [string, Rows])[] {
  const facts = Object.values(state.facts).filter(({ kind }) => kind === 'database');
  return facts.flatMap((fact) => {
    if (fact.kind !== 'database') return [];
    const title = facts.length === 1 ? 'database' : `database ${fact.source}`;
    return [[title, databaseRows(fact.value, fact.observedAt)] as const];
  });
}

/** How long it has been in its state; `>` where it was so before it was first seen. */
function sinceWords({ changeSeen, since }: Breaker, now: number): string {
  return `${changeSeen ? '' : '>'}${formatAge(now - since)}`;
}

function daysLeft(expiresAt: string | null, now: number): string {
  const left = expiresAt === null ? 0 : Date.parse(expiresAt) - now;
  return left > 0 ? `${Math.floor(left / DAY_MS)} days left` : '';
}

function checkLines(state: LiveState, now: number): Rows {
  return checkRows(state, now).map(({ name, ok, latencyMs, error, expiresAt }) => [
    name,
    ok === null ? 'unknown' : ok ? 'ok' : 'failing',
    error ?? (latencyMs === null ? '' : `${latencyMs.toFixed(0)} ms`),
    daysLeft(expiresAt ?? null, now),
  ]);
}

/** The live state in plain lines, for people. */
export function statusWords(state: LiveState, now: number): string {
  const signals = Object.values(state.signals).map((s) => [
    [s.title, ...Object.values(s.labels)].join(' '),
    formatSignal(s),
    s.state === 'ok' ? '' : s.state,
  ]);
  const blocks: readonly (readonly [string, Rows])[] = [
    ['sources', sourceRows(state, now)],
    ['containers', containerRows(state)],
    ...databaseBlocks(state),
    ['cache', cacheRows(state)],
    ['breakers', state.breakers.map((b) => [b.name, b.state, sinceWords(b, now)])],
    ['checks', checkLines(state, now)],
    ['signals', signals],
    [
      'alerts',
      state.alerts.map((a) => [alertKey(a), a.state, formatAge(now - a.since), a.summary]),
    ],
  ];
  const written = blocks.flatMap(([title, rows]) =>
    rows.length === 0 ? [] : [`${title}\n${table(rows.map((row) => ['', ...row]))}`],
  );
  return [`region ${state.region.name}`, ...written].join('\n\n');
}
