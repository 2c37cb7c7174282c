import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Clock } from '../domain/clock.ts';
import type { FactKind, FactOf } from '../domain/fact.ts';
import type { Region } from '../domain/region.ts';
import type { SourceState } from '../domain/source.ts';
import type { RoleServices } from '../signals/container-signal.ts';
import type { AlertDefinition, SignalDefinition } from '../signals/definition.ts';
import { selectionOf } from '../signals/selection.ts';
import { createWindows } from '../signals/window.ts';
import { createDerivation } from './derive.ts';
import type { History } from './history.ts';
import { type Observation, remember } from './observations.ts';
import { createPulse } from './pulse.ts';
import { share } from './share.ts';
import type { LiveState, StoredFact } from './state.ts';

/** Facts reach the screen at most ten times a second. */
export const COALESCE_MS = 100;
/** How often windows and `for` move on without new facts. */
export const BEAT_MS = 1000;

/** What a pack and the configuration say of a region. It may come after the region's first facts. */
interface Description {
  readonly region: Region;
  readonly roles: readonly RoleServices[];
  readonly signals: readonly SignalDefinition[];
  readonly alerts: readonly AlertDefinition[];
  /** Only containers of this compose project make the signal `container`; null or absent: all. */
  readonly project?: string | null;
}

export interface LiveOptions extends Description {
  readonly clock: Clock;
  readonly history: History;
  readonly coalesceMs?: number;
}

/** The live state of one region, with what fills it. */
export interface Live {
  readonly store: StoreApi<LiveState>;
  /** Takes in a fact; `observedAt` in epoch ms. */
  record<K extends FactKind>(source: string, kind: K, value: FactOf<K>, observedAt: number): void;
  /** Takes in how a source stands; the first call declares it, and its place in the order. */
  source(state: SourceState): void;
  /**
   * Takes in what the region is from now on. Facts stay; windows and the ages of alerts begin anew, so it
   * belongs before the sources that a description brings.
   */
  describe(description: Description): void;
  /** Publishes what has been taken in, now. */
  flush(): void;
  close(): void;
}

function storedFact(before: StoredFact | undefined, observation: Observation): StoredFact {
  // Scrapes carry up to 100,000 samples that nobody draws: comparing them would cost more than it saves.
  if (observation.kind === 'metrics' || before?.kind !== observation.kind) return observation;
  const value = share(before.value, observation.value);
  return { ...observation, value } as StoredFact;
}

function changed(before: LiveState, after: LiveState): boolean {
  return (Object.keys(after) as (keyof LiveState)[]).some((key) => before[key] !== after[key]);
}

/** The store that panels and runbooks read. Facts are coalesced; every publication is one `setState`. */
export function createLive(options: LiveOptions): Live {
  const { region, clock, history, coalesceMs = COALESCE_MS } = options;
  const interpret = (description: Description) => {
    const windows = createWindows(selectionOf(description.signals));
    const project = description.project ?? null;
    return { windows, derivation: createDerivation({ ...description, project, windows, history }) };
  };
  let { windows, derivation } = interpret(options);
  const empty: LiveState = {
    region,
    sources: {},
    facts: {},
    signals: {},
    breakers: [],
    alerts: [],
    historyRevision: history.revision(),
  };
  const store = createStore<LiveState>(() => derivation.derive(empty, clock.now()));
  let draft = store.getState();
  let closed = false;

  const pulse = createPulse(clock, coalesceMs, BEAT_MS, () => {
    draft = derivation.derive(draft, clock.now());
    if (changed(store.getState(), draft)) store.setState(draft, true);
  });

  return {
    store,
    record(source, kind, value, observedAt) {
      if (closed) return;
      const observation = { source, kind, value, observedAt } as Observation;
      remember(observation, history, windows);
      const fact = storedFact(draft.facts[source], observation);
      draft = { ...draft, facts: { ...draft.facts, [source]: fact } };
      pulse.changed();
    },
    source(state) {
      if (closed) return;
      const next = share(draft.sources[state.name], state);
      if (next === draft.sources[state.name]) return;
      draft = { ...draft, sources: { ...draft.sources, [state.name]: next } };
      pulse.changed();
    },
    describe(description) {
      if (closed) return;
      ({ windows, derivation } = interpret(description));
      draft = { ...draft, region: description.region };
      pulse.changed();
    },
    flush: () => pulse.now(),
    close() {
      closed = true;
      pulse.stop();
    },
  };
}
