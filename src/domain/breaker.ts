export type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * How a breaker is told: a number that stands for its state, a label whose value is its state, counters
 * of its events, or an administrative endpoint.
 */
export type BreakerDialect = 'number' | 'label' | 'events' | 'endpoint';

/** A circuit breaker as one or several instances report it: the worst state speaks for all. */
export interface Breaker {
  /** Its identity: breakers of one name are one breaker with several instances. */
  readonly name: string;
  /** The source that reported the worst state. */
  readonly source: string;
  readonly state: BreakerState;
  /** Since when it is in this state, epoch ms: exported, or as long as the console has seen it. */
  readonly since: number;
  /** True when `since` is when it entered this state; false when it has been so for longer than that. */
  readonly changeSeen: boolean;
  /** Total failures counted by all instances; null where none is exported. */
  readonly failures: number | null;
  /** When an open breaker lets the next call through, epoch ms; null unless exported. */
  readonly nextAttempt: number | null;
  readonly dialect: BreakerDialect;
  /** True when no instance that reports it answers any more: its state is the last one known. */
  readonly stale: boolean;
  readonly instances: readonly { readonly source: string; readonly state: BreakerState }[];
}
