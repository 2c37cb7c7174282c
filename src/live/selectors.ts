import type { Alert } from '../domain/alert.ts';
import type { Cache } from '../domain/cache.ts';
import type { Check } from '../domain/check.ts';
import type { ComposeService } from '../domain/compose.ts';
import type { Container, ContainerUsage } from '../domain/container.ts';
import type { FactKind, FactOf, Observed } from '../domain/fact.ts';
import type { Labels } from '../domain/metrics.ts';
import type { Notice } from '../domain/notice.ts';
import type { SourceState, SourceStatus } from '../domain/source.ts';
import type { LiveState } from './state.ts';

/** The sources that bring one kind of fact, in declared order. */
export function sourcesOf(state: LiveState, kind: FactKind): readonly SourceState[] {
  return Object.values(state.sources).filter((source) => source.kind === kind);
}

/** The last good facts of one kind, in the order their sources were declared. */
export function factsOf<K extends FactKind>(
  state: LiveState,
  kind: K,
): readonly Observed<FactOf<K>>[] {
  const found: Observed<FactOf<K>>[] = [];
  for (const fact of Object.values(state.facts)) {
    if (fact.kind === kind) found.push(fact as unknown as Observed<FactOf<K>>);
  }
  return found;
}

/** All known containers; empty until the engine has answered. */
export function containers(state: LiveState): readonly Container[] {
  const facts = factsOf(state, 'containers');
  return facts.length === 1 && facts[0] ? facts[0].value : facts.flatMap((fact) => fact.value);
}

/** Services of compose projects of which declared containers are not up. */
export function missingServices(state: LiveState): readonly ComposeService[] {
  return factsOf(state, 'compose').flatMap(({ value }) =>
    value.filter(({ missing }) => missing > 0),
  );
}

/** Use of each container by id. */
export function usageById(state: LiveState): ReadonlyMap<string, ContainerUsage> {
  const entries = factsOf(state, 'usage').flatMap((fact) => fact.value);
  return new Map(entries.map((usage) => [usage.id, usage]));
}

export function cache(state: LiveState): Observed<Cache> | null {
  return factsOf(state, 'cache')[0] ?? null;
}

/** Each check source with its last answer, null until it has answered. */
export function checks(
  state: LiveState,
): readonly { readonly source: SourceState; readonly check: Observed<Check> | null }[] {
  return sourcesOf(state, 'check').map((source) => {
    const fact = state.facts[source.name];
    return { source, check: fact?.kind === 'check' ? fact : null };
  });
}

/** How a panel that draws several sources stands: the worst status, and the oldest good answer. */
export interface PanelStatus {
  readonly status: SourceStatus | 'empty';
  readonly since: number;
  readonly observedAt: number | null;
  /** The source that decides the status. */
  readonly source: SourceState | null;
  readonly live: number;
  readonly total: number;
}

const order: readonly SourceStatus[] = ['live', 'connecting', 'stale', 'failed'];

/** Whether a source decides before another: it stands worse, or as bad with an older answer. */
function worse(a: SourceState, b: SourceState): boolean {
  const by = order.indexOf(a.status) - order.indexOf(b.status);
  return by > 0 || (by === 0 && (a.observedAt ?? b.observedAt ?? 0) < (b.observedAt ?? 0));
}

export function panelStatus(sources: readonly SourceState[]): PanelStatus {
  let decisive: SourceState | null = null;
  for (const source of sources) {
    if (decisive === null || worse(source, decisive)) decisive = source;
  }
  const ages = sources.flatMap((s) => (s.observedAt === null ? [] : [s.observedAt]));
  return {
    status: decisive?.status ?? 'empty',
    since: decisive?.since ?? 0,
    observedAt: ages.length > 0 ? Math.min(...ages) : null,
    source: decisive,
    live: sources.filter((s) => s.status === 'live').length,
    total: sources.length,
  };
}

/** An alert of this console, or a notice of an Alertmanager: what may open a runbook. */
export interface RaisedAlert {
  readonly name: string;
  readonly labels: Labels;
  readonly state: 'pending' | 'firing';
  readonly since: number;
  /** An Alertmanager's own word where it is no severity of ours; null where it tells none. */
  readonly severity: string | null;
  readonly summary: string;
  readonly origin: 'console' | 'alertmanager';
}

const ofConsole = (alert: Alert): RaisedAlert => ({ ...alert, origin: 'console' });

/** Silenced and inhibited notices open nothing: somebody, or something, has them in hand. */
function ofAlertmanager({ name, labels, state, since, severity, summary }: Notice): RaisedAlert[] {
  if (state !== 'firing' && state !== 'pending') return [];
  const { alertname: _, ...rest } = labels;
  return [{ name, labels: rest, state, since, severity, summary, origin: 'alertmanager' }];
}

const raisedByFacts = new WeakMap<
  LiveState['facts'],
  { readonly alerts: LiveState['alerts']; readonly raised: readonly RaisedAlert[] }
>();

/**
 * The console's alerts, then what Alertmanagers tell as firing. The same list while neither the alerts
 * nor the facts changed.
 */
export function alertsAndNotices(
  state: Pick<LiveState, 'alerts' | 'facts'>,
): readonly RaisedAlert[] {
  const known = raisedByFacts.get(state.facts);
  if (known?.alerts === state.alerts) return known.raised;
  const notices = Object.values(state.facts).flatMap((fact) =>
    fact.kind === 'notices' ? fact.value : [],
  );
  const raised = [...state.alerts.map(ofConsole), ...notices.flatMap(ofAlertmanager)];
  raisedByFacts.set(state.facts, { alerts: state.alerts, raised });
  return raised;
}
