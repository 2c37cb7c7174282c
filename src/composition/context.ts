import { join } from 'node:path';
import { formatSignal } from '../domain/format.ts';
import type { EngineContext } from '../engine/context.ts';
import type { Readings } from '../engine/state.ts';
import type { Journal } from '../incidents/journal.ts';
import { openSqliteJournal } from '../incidents/store/sqlite.ts';
import { signalSeries } from '../live/series.ts';
import type { Live } from '../live/store.ts';
import type { Catalogue } from '../runbooks/catalogue.ts';
import { signalScope } from '../signals/conditions-scope.ts';
import type { ChosenPack } from './chosen-pack.ts';
import type { RegionCore } from './region.ts';
import { operatorOf, type Surroundings } from './surroundings.ts';

/** What the engine works with, and the end of it. */
export interface ClosableContext {
  readonly context: EngineContext;
  close(): void;
}

/** Gives the engine a region. The journal is opened at its first use; region and pack may come later. */
export function createContext(
  core: RegionCore,
  chosen: ChosenPack,
  catalogue: Catalogue,
  surroundings: Surroundings,
  stateDirectory: string,
): ClosableContext {
  const { clock } = surroundings;
  const { book, history, live } = core;
  let journal: Journal | null = null;
  const series = (signal: string) => {
    const instances = live.instances(signal);
    if (instances.length > 0) return instances;
    return Object.values(live.store.getState().signals)
      .filter(({ id }) => id === signal)
      .map(({ labels }) => ({ labels, points: history.points(signalSeries(signal, labels)) }));
  };
  const context: EngineContext = {
    clock,
    get region() {
      return core.region;
    },
    operator: operatorOf(surroundings, process.pid),
    catalogue,
    get severities() {
      return chosen.pack()?.severities ?? [];
    },
    get journal() {
      journal ??= openSqliteJournal(join(stateDirectory, 'journal.db'), clock);
      return journal;
    },
    signals: () => signalScope(live.store.getState()),
    readings: (ids) => readingsOf(live, ids),
    reach: (signal) => ({
      clock,
      signal,
      bind: book.bind,
      address: book.address,
      live: { signals: () => signalScope(live.store.getState()), series },
    }),
  };
  return { context, close: () => journal?.close() };
}

function readingsOf(live: Live, ids: readonly string[]): Readings {
  const { signals } = live.store.getState();
  return Object.fromEntries(
    Object.values(signals)
      .filter(({ id }) => ids.includes(id))
      .map((reading) => {
        const labels = Object.values(reading.labels);
        return [[reading.title, ...labels].join(' '), formatSignal(reading)];
      }),
  );
}
