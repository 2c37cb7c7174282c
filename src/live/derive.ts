import type { Breaker } from '../domain/breaker.ts';
import type { SignalReading } from '../domain/signal.ts';
import { type AlertsState, foldAlerts, noAlerts } from '../signals/alerts.ts';
import { evaluateBreakers } from '../signals/breakers.ts';
import { builtinAlerts } from '../signals/builtin.ts';
import { checkSignals } from '../signals/check-signal.ts';
import { containerSignals, type RoleServices } from '../signals/container-signal.ts';
import { cpuSignals } from '../signals/cpu-signal.ts';
import type { AlertDefinition, SignalDefinition } from '../signals/definition.ts';
import { evaluateSignals } from '../signals/evaluate.ts';
import type { EvaluatedSignal } from '../signals/reading.ts';
import type { Windows } from '../signals/window.ts';
import type { History } from './history.ts';
import { checks, containers, factsOf, sourcesOf } from './selectors.ts';
import { signalKey, signalSeries } from './series.ts';
import { share } from './share.ts';
import type { LiveState } from './state.ts';

/** Share of a source's interval that must have passed before a signal gets its next history point. */
const HISTORY_GAP = 0.9;

/** What a region's signals and alerts are made from. */
export interface DerivationOptions {
  readonly roles: readonly RoleServices[];
  readonly project: string | null;
  readonly signals: readonly SignalDefinition[];
  readonly alerts: readonly AlertDefinition[];
  readonly windows: Windows;
  readonly history: History;
}

/** Computes what the facts mean. Remembers only what must outlive one look: alerts and breakers. */
export interface Derivation {
  /** Signals, breakers and alerts of `state` at `now`; unchanged ones keep their identity. */
  derive(state: LiveState, now: number): LiveState;
}

function shortestIntervalMs(state: LiveState): number {
  const sources = [...sourcesOf(state, 'metrics'), ...sourcesOf(state, 'cache')];
  return Math.min(...sources.map(({ intervalMs }) => intervalMs));
}

function createSignalHistory(history: History) {
  const lastAt = new Map<string, number>();
  return (state: LiveState, readings: readonly EvaluatedSignal[]) => {
    const gapMs = HISTORY_GAP * shortestIntervalMs(state);
    for (const { id, labels, value, observedAt } of readings) {
      if (typeof value !== 'number' || observedAt === null) continue;
      const series = signalSeries(id, labels);
      const before = lastAt.get(series);
      if (before !== undefined && observedAt >= before && observedAt - before < gapMs) continue;
      lastAt.set(series, observedAt);
      history.add(series, { at: observedAt, value });
    }
  };
}

export function createDerivation(options: DerivationOptions): Derivation {
  const { roles, project, signals, windows, history } = options;
  const alertDefinitions = [...options.alerts, ...builtinAlerts(roles)];
  const addHistory = createSignalHistory(history);
  let alertsState: AlertsState = noAlerts;
  let breakers: readonly Breaker[] = [];

  return {
    derive(state, now) {
      const context = { windows, sources: state.sources, now };
      const readings = [
        ...evaluateSignals(signals, context),
        ...containerSignals(
          { facts: factsOf(state, 'containers'), sources: sourcesOf(state, 'containers') },
          roles,
          project,
        ),
        ...cpuSignals(
          { containers: containers(state), usage: factsOf(state, 'usage') },
          roles,
          project,
        ),
        ...checkSignals(checks(state)),
      ];
      addHistory(state, readings);
      breakers = share(breakers, evaluateBreakers(signals, context, breakers));
      const folded = foldAlerts(alertsState, alertDefinitions, readings, now);
      alertsState = { ...folded, alerts: share(alertsState.alerts, folded.alerts) };
      const byKey: Readonly<Record<string, SignalReading>> = Object.fromEntries(
        readings.map((reading) => [signalKey(reading.id, reading.labels), reading]),
      );
      return {
        ...state,
        signals: share(state.signals, byKey),
        breakers,
        alerts: alertsState.alerts,
        historyRevision: history.revision(),
      };
    },
  };
}
