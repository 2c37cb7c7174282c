export type BreakerState = 'closed' | 'open' | 'half-open';

/** A circuit breaker as one or several instances report it: the worst state speaks for all. */
export interface Breaker {
  readonly name: string;
  /** The source that reported the worst state. */
  readonly source: string;
  readonly state: BreakerState;
  /** Since when the console has seen this state, epoch ms. */
  readonly since: number;
  /** True when the console saw it enter this state; false when it has been so for longer than that. */
  readonly changeSeen: boolean;
  /** Total failures counted by all instances; null where none is exported. */
  readonly failures: number | null;
  readonly instances: readonly { readonly source: string; readonly state: BreakerState }[];
}
