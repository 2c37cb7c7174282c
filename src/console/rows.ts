import type { Breaker } from '../domain/breaker.ts';
import type { Check } from '../domain/check.ts';
import type { Container } from '../domain/container.ts';
import type { Observed } from '../domain/fact.ts';
import { type Health, healths } from '../domain/health.ts';
import type { SignalReading } from '../domain/signal.ts';
import type { SourceState } from '../domain/source.ts';
import type { PanelId } from '../keymap/commands.ts';
import { checks, containers, sourcesOf } from '../live/selectors.ts';
import type { LiveState } from '../live/state.ts';

/** How a container stands, from its state, health and exit. */
export function containerHealth(container: Container): Health {
  switch (container.state) {
    case 'running':
      if (container.health === 'unhealthy') return 'critical';
      return container.health === 'starting' ? 'warning' : 'ok';
    case 'exited':
    case 'dead':
      return container.exitCode === 0 && !container.oomKilled ? 'warning' : 'critical';
    case 'restarting':
      return 'critical';
    case 'created':
      return 'unknown';
    default:
      return 'warning';
  }
}

export function breakerHealth(breaker: Pick<Breaker, 'state'>): Health {
  if (breaker.state === 'open') return 'critical';
  return breaker.state === 'half-open' ? 'warning' : 'ok';
}

export interface CheckRow {
  readonly source: SourceState;
  readonly check: Observed<Check> | null;
}

export function checkHealth({ source, check }: CheckRow): Health {
  if (source.status === 'failed') return 'critical';
  if (check === null) return 'unknown';
  return check.value.ok ? 'ok' : 'critical';
}

/** The name a check is known by: its own once it has answered, its source's until then. */
export function checkName({ source, check }: CheckRow): string {
  return check?.value.name ?? source.name;
}

/** A signal reading with its key, which is its identity on the screen. */
export interface MetricRow {
  readonly key: string;
  readonly reading: SignalReading;
}

const matches = (text: string, filter: string) =>
  filter === '' || text.toLowerCase().includes(filter.toLowerCase());

function worstFirst<T>(rows: readonly T[], health: (row: T) => Health): readonly T[] {
  return [...rows].sort((a, b) => healths.indexOf(health(b)) - healths.indexOf(health(a)));
}

/** Containers that are in trouble first, then by name. */
export function containerRows(live: LiveState, filter: string): readonly Container[] {
  const found = containers(live).filter((container) =>
    matches(`${container.name} ${container.service} ${container.image} ${container.state}`, filter),
  );
  const byName = [...found].sort((a, b) => a.name.localeCompare(b.name));
  return worstFirst(byName, containerHealth);
}

/** Signals that another panel shows in rows of its own. */
const shownElsewhere: ReadonlySet<string> = new Set(['cpu']);

/** Signals that are numbers, those in trouble first, else as declared; states have their own panels. */
export function metricRows(live: LiveState, filter: string): readonly MetricRow[] {
  const found = Object.entries(live.signals)
    .filter(
      ([key, { id, unit }]) => unit !== 'state' && !shownElsewhere.has(id) && matches(key, filter),
    )
    .map(([key, reading]) => ({ key, reading }));
  return worstFirst(found, ({ reading }) => (reading.state === 'unknown' ? 'ok' : reading.state));
}

export function breakerRows(live: LiveState, filter: string): readonly Breaker[] {
  const found = live.breakers.filter((breaker) =>
    matches(`${breaker.name} ${breaker.state} ${breaker.source}`, filter),
  );
  return worstFirst(found, breakerHealth);
}

function cacheRows(live: LiveState, filter: string): readonly SourceState[] {
  return sourcesOf(live, 'cache').filter((source) => matches(source.name, filter));
}

export function checkRows(live: LiveState, filter: string): readonly CheckRow[] {
  const found = checks(live).filter((row) =>
    matches(`${checkName(row)} ${row.source.name}`, filter),
  );
  return worstFirst(found, checkHealth);
}

/** The identities of a panel's rows, in the order they are drawn. */
export function rowIds(live: LiveState, panel: PanelId, filter: string): readonly string[] {
  switch (panel) {
    case 'containers':
      return containerRows(live, filter).map((container) => container.id);
    case 'metrics':
      return metricRows(live, filter).map((row) => row.key);
    case 'breakers':
      return breakerRows(live, filter).map((breaker) => breaker.name);
    case 'cache':
      return cacheRows(live, filter).map((source) => source.name);
    case 'checks':
      return checkRows(live, filter).map((row) => row.source.name);
  }
}
