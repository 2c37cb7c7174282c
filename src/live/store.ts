import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Clock } from '../domain/clock.ts';
import type { FactKind, FactOf } from '../domain/fact.ts';
import type { Region } from '../domain/region.ts';
import type { SourceState } from '../domain/source.ts';
import type { RoleServices } from '../signals/container-signal.ts';
import type { AlertDefinition, SignalDefinition } from '../signals/definition.ts';
import { selectionOf } from '../signals/selection.ts';
import { finished, type Sliced } from '../signals/sliced.ts';
import { createWindows } from '../signals/window.ts';
import { createDerivation, type Derivation } from './derive.ts';
import type { History } from './history.ts';
import { type Observation, remember } from './observations.ts';
import { createPulse } from './pulse.ts';
import { share, shareSliced } from './share.ts';
import { createSlicer } from './slicer.ts';
import type { LiveState, StoredFact } from './state.ts';

/** Facts reach the screen at most ten times a second. */
export const COALESCE_MS = 100;
/** How often windows and `for` move on without new facts. */
export const BEAT_MS = 1000;

/** Scrapes that wait to be taken in; one more, and the oldest is taken in at once. */
const SCRAPES_WAITING_MAX = 50;

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
  /** Publishes what has been taken in, now and in one piece: for those who have no keys to answer. */
  flush(): void;
  /**
   * Publishes what has been taken in without gathering more, in slices between which keys have their turn.
   * @returns settles once that has been published, or when all is closed
   */
  published(): Promise<void>;
  /** The recent past of a signal at each of its instances; none where there are no two, or far too many. */
  instances(signal: string): ReturnType<Derivation['instances']['series']>;
  close(): void;
}

type Facts = LiveState['facts'];
type Scrape = Extract<Observation, { kind: 'metrics' }>;

/** What has been `taken` in, with what equals its counterpart in `published` replaced by that. */
function* shared(taken: Facts, published: Facts): Sliced<Facts> {
  const facts: Record<string, StoredFact> = {};
  for (const [name, fact] of Object.entries(taken)) {
    const before = published[name];
    // Scrapes carry up to 100,000 samples that nobody draws: comparing them would cost more than it saves.
    if (fact === before || fact.kind === 'metrics' || before?.kind !== fact.kind) continue;
    facts[name] = { ...fact, value: yield* shareSliced(before.value, fact.value) } as StoredFact;
  }
  return { ...taken, ...facts };
}

function changed(before: LiveState, after: LiveState): boolean {
  return (Object.keys(after) as (keyof LiveState)[]).some((key) => before[key] !== after[key]);
}

/** The store that panels and runbooks read. Facts are coalesced; every publication is one `setState`, made in slices between which keys have their turn. */
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
  const store = createStore<LiveState>(() => finished(derivation.derive(empty, clock.now())));
  /** What has been taken in; its facts are not yet held against those that are published. */
  let draft: Pick<LiveState, 'region' | 'sources' | 'facts'> = store.getState();
  let closed = false;
  const slicer = createSlicer(clock);
  const scrapes: Scrape[] = [];

  function* takeIn({ source, value, observedAt }: Scrape): Sliced<void> {
    yield* windows.scrapeSliced(source, value.samples, observedAt);
  }

  function* next(): Sliced<LiveState> {
    for (let scrape = scrapes.shift(); scrape; scrape = scrapes.shift()) yield* takeIn(scrape);
    const published = store.getState();
    const { region, sources, facts: taken } = draft;
    const facts = taken === published.facts ? taken : yield* shared(taken, published.facts);
    const meanwhile = Object.entries(draft.facts).filter(([name, fact]) => fact !== taken[name]);
    const newer = meanwhile.length === 0 ? facts : { ...facts, ...Object.fromEntries(meanwhile) };
    draft = { ...draft, facts: newer };
    return yield* derivation.derive({ ...published, region, sources, facts }, clock.now());
  }

  const publish = (state: LiveState) => {
    if (changed(store.getState(), state)) store.setState(state, true);
  };
  /** Who waits for the next publication to begin, and for the one under way to end. */
  let awaiting: (() => void)[] = [];
  let awaited: (() => void)[] = [];
  const tellAwaited = () => {
    for (const tell of awaited.splice(0)) tell();
  };
  const pulse = createPulse(clock, coalesceMs, BEAT_MS, () => {
    [awaited, awaiting] = [awaiting, []];
    let later = false;
    const ended = () => {
      tellAwaited();
      pulse.ended();
    };
    try {
      later = !slicer.begin(next(), publish, ended);
    } finally {
      if (!later) tellAwaited();
    }
    return later ? 'later' : undefined;
  });

  return {
    store,
    record(source, kind, value, observedAt) {
      if (closed) return;
      const observation = { source, kind, value, observedAt } as Observation;
      if (observation.kind === 'metrics') {
        scrapes.push(observation);
        const [oldest] = scrapes.length > SCRAPES_WAITING_MAX ? scrapes.splice(0, 1) : [];
        if (oldest) finished(takeIn(oldest));
      } else remember(observation, history, windows);
      draft = { ...draft, facts: { ...draft.facts, [source]: observation } };
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
      slicer.finish();
      ({ windows, derivation } = interpret(description));
      draft = { ...draft, region: description.region };
      pulse.changed();
    },
    flush() {
      slicer.finish();
      pulse.now();
      slicer.finish();
    },
    published() {
      if (closed) return Promise.resolve();
      return new Promise((resolve) => {
        awaiting.push(resolve);
        pulse.now();
      });
    },
    instances: (signal) =>
      derivation.instances.series(signal, store.getState().sources, clock.now()),
    close() {
      closed = true;
      pulse.stop();
      slicer.drop();
      awaited.push(...awaiting.splice(0));
      tellAwaited();
    },
  };
}
