import type { FactKind, FactOf } from '../domain/fact.ts';
import { cacheSamples } from '../signals/samples.ts';
import type { Windows } from '../signals/window.ts';
import type { History } from './history.ts';
import {
  cacheLatencySeries,
  cacheMemorySeries,
  cacheOpsSeries,
  checkLatencySeries,
  cpuSeries,
  hostCpuSeries,
  hostLoadSeries,
  memorySeries,
} from './series.ts';

/** A fact as a source brings it. */
export type Observation = {
  readonly [K in FactKind]: {
    readonly source: string;
    readonly kind: K;
    readonly value: FactOf<K>;
    readonly observedAt: number;
  };
}[FactKind];

/**
 * Writes what an observation adds to the recent past: history rings and signal windows. Samples of metrics
 * come by the thousand, so they are taken in apart.
 */
export function remember(observation: Observation, history: History, windows: Windows): void {
  const { source, kind, value, observedAt: at } = observation;
  const add = (series: string, point: number | null) => {
    if (point !== null && Number.isFinite(point)) history.add(series, { at, value: point });
  };
  switch (kind) {
    case 'usage':
      for (const usage of value) {
        add(cpuSeries(usage.id), usage.cpu);
        add(memorySeries(usage.id), usage.memoryBytes);
      }
      break;
    case 'cache':
      add(cacheLatencySeries(source), value.latencyMs);
      add(cacheOpsSeries(source), value.opsPerSecond);
      add(cacheMemorySeries(source), value.usedMemoryBytes);
      windows.scrape(source, cacheSamples(value), at);
      break;
    case 'check':
      add(checkLatencySeries(source), value.latencyMs);
      break;
    case 'host':
      add(hostCpuSeries(source), value.cpu);
      add(hostLoadSeries(source), value.load[0]);
      break;
    default:
      break;
  }
}
