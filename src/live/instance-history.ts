import type { Labels } from '../domain/metrics.ts';
import type { SignalDefinition } from '../signals/definition.ts';
import { type SourceStates, speaking } from '../signals/instances.ts';
import type { LatestValue, Windows } from '../signals/window.ts';
import type { History, Point } from './history.ts';
import { instanceSeries } from './series.ts';

/** A signal with more instances has no history of each. */
const INSTANCES_MAX = 20;

type Spoken = Extract<SignalDefinition['computation'], { readonly kind: 'gauge' }>;

/** The past of one instance, oldest first. */
interface InstanceSeries {
  readonly labels: Labels;
  readonly points: readonly Point[];
}

/** The recent past of each instance of a signal of which only the largest, or the smallest, is told. */
export interface InstanceHistory {
  /** Takes in what has been scraped. */
  sampled(): void;
  /** The instances that speak now, with the label `instance`; none where there are no two, or too many. */
  series(signal: string, sources: SourceStates, now: number): readonly InstanceSeries[];
}

/** What is the largest now is another instance a moment later: its course is that of none of them. */
function isSpokenFor({ computation }: SignalDefinition): boolean {
  if (computation.kind !== 'gauge') return false;
  const { aggregate = 'max' } = computation;
  return aggregate === 'max' || aggregate === 'min';
}

export function createInstanceHistory(
  definitions: readonly SignalDefinition[],
  windows: Windows,
  history: History,
): InstanceHistory {
  const spoken = definitions.filter(isSpokenFor);
  let revision = windows.revision();
  const ringOf = (id: string, { source, labels }: LatestValue) =>
    instanceSeries(id, { ...labels, instance: source });
  const instancesOf = ({ computation }: SignalDefinition): readonly LatestValue[] => {
    const all = windows.latest((computation as Spoken).of);
    return all.length > 1 && all.length <= INSTANCES_MAX ? all : [];
  };
  return {
    sampled() {
      if (revision === windows.revision()) return;
      revision = windows.revision();
      for (const definition of spoken) {
        const { id, scale = 1 } = definition;
        for (const told of instancesOf(definition)) {
          const ring = ringOf(id, told);
          const value = told.value * scale;
          if (history.newest(ring) !== told.at) history.add(ring, { at: told.at, value });
        }
      }
    },
    series(signal, sources, now) {
      const definition = spoken.find(({ id }) => id === signal);
      if (definition === undefined) return [];
      return speaking(instancesOf(definition), sources, now).values.map((told) => ({
        labels: { ...told.labels, instance: told.source },
        points: history.points(ringOf(signal, told)),
      }));
    },
  };
}
