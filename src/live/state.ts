import type { Alert } from '../domain/alert.ts';
import type { Breaker } from '../domain/breaker.ts';
import type { FactKind, FactOf, Observed } from '../domain/fact.ts';
import type { Region } from '../domain/region.ts';
import type { SignalReading } from '../domain/signal.ts';
import type { SourceState } from '../domain/source.ts';

/** A fact as stored: the last good one of its source, however old. */
export type StoredFact = {
  readonly [K in FactKind]: Observed<FactOf<K>> & { readonly kind: K; readonly source: string };
}[FactKind];

/**
 * Everything the panels draw. Immutable: an entity that did not change keeps its identity, so a
 * selector's result can be compared by reference.
 */
export interface LiveState {
  readonly region: Region;
  /** By source name, in the order the sources were declared. */
  readonly sources: Readonly<Record<string, SourceState>>;
  /** By source name; absent until the source has answered once. */
  readonly facts: Readonly<Record<string, StoredFact>>;
  /** By `signalKey`, in the order they are declared. */
  readonly signals: Readonly<Record<string, SignalReading>>;
  readonly breakers: readonly Breaker[];
  /** Pending and firing, most severe first. */
  readonly alerts: readonly Alert[];
  /** Rises with every change of any history ring, so that a sparkline knows to redraw. */
  readonly historyRevision: number;
}
