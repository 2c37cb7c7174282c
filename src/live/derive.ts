import type { Alert } from '../domain/alert.ts';
import type { Breaker } from '../domain/breaker.ts';
import type { SignalReading } from '../domain/signal.ts';
import { type AlertsState, foldAlerts, isSettled, noAlerts } from '../signals/alerts.ts';
import { declaresBreakers, dialectsFor } from '../signals/breaker-dialects.ts';
import { breakerSignals } from '../signals/breaker-signal.ts';
import { evaluateBreakers } from '../signals/breakers.ts';
import { builtinAlerts } from '../signals/builtin.ts';
import { headlines } from '../signals/consequences.ts';
import type { RoleServices } from '../signals/container-signal.ts';
import type { AlertDefinition, SignalDefinition } from '../signals/definition.ts';
import { evaluateSignals } from '../signals/evaluate.ts';
import { createReadingGroup, type ReadingGroup } from '../signals/group.ts';
import { rememberList } from '../signals/listed.ts';
import type { EvaluatedSignal } from '../signals/reading.ts';
import { createPause, type Sliced } from '../signals/sliced.ts';
import type { Windows } from '../signals/window.ts';
import { createFactIndex } from './fact-index.ts';
import { createFactSignals } from './fact-signals.ts';
import type { History } from './history.ts';
import { createInstanceHistory, type InstanceHistory } from './instance-history.ts';
import { containers } from './selectors.ts';
import { share } from './share.ts';
import { createSignalHistory } from './signal-history.ts';
import type { LiveState } from './state.ts';

/** How often what depends on the time alone is looked at again. */
const TICK_MS = 1000;

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
  /**
   * Signals, breakers and alerts of `state` at `now`; unchanged ones keep their identity. One derivation
   * at a time: what is begun is finished before the next.
   */
  derive(state: LiveState, now: number): Sliced<LiveState>;
  readonly instances: Pick<InstanceHistory, 'series'>;
}

/** How the sources stand, as one text that changes only when that does. */
function createStatuses() {
  let sources: LiveState['sources'] | null = null;
  let text = '';
  return (state: LiveState): string => {
    if (state.sources !== sources) {
      sources = state.sources;
      text = Object.values(sources)
        .map(({ name, status }) => `${name} ${status}`)
        .join();
    }
    return text;
  };
}

/** The readings of all groups by key; the same record while no group changed. */
function createMerged(groups: readonly ReadingGroup[]) {
  let maps: readonly ReadonlyMap<string, EvaluatedSignal>[] = [];
  let merged: {
    readonly readings: readonly EvaluatedSignal[];
    readonly byKey: LiveState['signals'];
  } = { readings: [], byKey: {} };
  return function* (): Sliced<typeof merged> {
    const now = groups.map((group) => group.readings());
    if (now.length === maps.length && now.every((map, index) => map === maps[index])) {
      return merged;
    }
    const pause = createPause();
    const readings: EvaluatedSignal[] = [];
    // Without a prototype, a signal named `__proto__` is only a name.
    const byKey: Record<string, SignalReading> = Object.create(null);
    for (const map of now) {
      for (const [key, reading] of map) {
        if (pause.due()) yield;
        readings.push(reading);
        byKey[key] = reading;
      }
    }
    rememberList(byKey, readings);
    maps = now;
    merged = { readings, byKey };
    return merged;
  };
}

export function createDerivation(options: DerivationOptions): Derivation {
  const { roles, project, signals, windows, history } = options;
  const definitions = [...options.alerts, ...builtinAlerts(roles, {}, options.alerts)];
  const families = dialectsFor(signals);
  const endpointsOnly = declaresBreakers(signals);
  const index = createFactIndex();
  const statusesOf = createStatuses();
  const declared = createReadingGroup();
  const breakerGroup = createReadingGroup();
  const factSignals = createFactSignals(roles, project);
  const merged = createMerged([declared, ...factSignals.groups, breakerGroup]);
  const remember = createSignalHistory(history);
  const instances = createInstanceHistory(signals, windows, history);
  let alertsState: AlertsState = noAlerts;
  let shown: readonly Alert[] = [];
  let judged: readonly EvaluatedSignal[] | null = null;
  let breakers: readonly Breaker[] = [];

  function* readMetrics(state: LiveState, now: number): Sliced<void> {
    const context = { windows, sources: state.sources, now };
    const keys = [windows.revision(), statusesOf(state), Math.floor(now / TICK_MS)];
    const changed = yield* declared.updateSliced(keys, function* (before) {
      breakers = share(breakers, yield* evaluateBreakers(families, context, breakers));
      return yield* evaluateSignals(signals, { ...context, before });
    });
    remember.sampled(state, changed);
    instances.sampled();
    breakerGroup.update([breakers, windows.revision()], () => {
      const own = breakers.filter(({ dialect }) => !endpointsOnly || dialect === 'endpoint');
      return breakerSignals(own, new Map(windows.newest().map(({ source, at }) => [source, at])));
    });
  }

  return {
    instances,
    *derive(state, now) {
      index.read(state);
      yield* readMetrics(state, now);
      const tick = Math.floor(now / TICK_MS) * TICK_MS;
      remember.observed(yield* factSignals.update(state, index, tick));
      const { readings, byKey } = yield* merged();
      if (readings !== judged || !isSettled(alertsState)) {
        judged = readings;
        alertsState = yield* foldAlerts(alertsState, definitions, readings, now);
        shown = share(shown, headlines(alertsState.alerts, containers(state), roles));
      }
      return {
        ...state,
        signals: byKey,
        breakers,
        alerts: shown,
        historyRevision: history.revision(),
      };
    },
  };
}
