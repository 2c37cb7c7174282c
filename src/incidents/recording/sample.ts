import type { Alert } from '../../domain/alert.ts';
import type { Breaker } from '../../domain/breaker.ts';
import type { SignalReading } from '../../domain/signal.ts';
import type { SourceState } from '../../domain/source.ts';
import type { KeptFact } from './kept-facts.ts';

/** What of a reading changes all the time: its key, value, state, moment, and whether it is stale. */
export type ReadingValue = readonly [
  key: string,
  value: SignalReading['value'],
  state: SignalReading['state'],
  observedAt: number | null,
  stale: boolean,
];

/** The recent past of one series of the history, oldest first. */
export type SeriesPast = readonly [
  series: string,
  points: readonly (readonly [at: number, value: number])[],
];

/**
 * What the panels showed at a moment: all of it, or only what had changed since the sample before. A field
 * that is absent has not changed.
 */
export interface Sample {
  /** It stands by itself: whatever came before is void. */
  readonly whole: boolean;
  readonly system: string | null;
  readonly sources?: readonly SourceState[] | undefined;
  readonly facts?: readonly KeptFact[] | undefined;
  /** Readings that are new, or are told in other words. */
  readonly readings?: readonly SignalReading[] | undefined;
  readonly values?: readonly ReadingValue[] | undefined;
  /** Keys of readings that are there no more. */
  readonly gone?: readonly string[] | undefined;
  readonly breakers?: readonly Breaker[] | undefined;
  readonly alerts?: readonly Alert[] | undefined;
  readonly past?: readonly SeriesPast[] | undefined;
}
