import type { Severity } from '../domain/severity.ts';
import type { SignalUnit } from '../domain/signal.ts';

/** A metric name with optional label equality, as written `name{label="value"}`. */
export interface Selector {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export const aggregates = ['max', 'min', 'sum', 'avg'] as const;
/** What speaks for several instances. */
export type Aggregate = (typeof aggregates)[number];

export const ageOrigins = ['value', 'change', 'sample'] as const;
/** What an age is counted from: the time the gauge tells, its last change, or its last sample. */
type AgeOrigin = (typeof ageOrigins)[number];

/** Where a state's word is found, unless it is the number itself. */
interface StatePlace {
  /** The label that names the state, or the event. */
  readonly label: string;
  /**
   * `mark`: the sample above 0 says which state it is. `event`: counters of events; the one that rose
   * last says it.
   */
  readonly as: 'mark' | 'event';
}

/** Words told by samples: what finds them, and what they mean. */
export interface StateRule {
  readonly of: Selector;
  /** Series with this label are not meant: they tell the state in another way. */
  readonly without?: string;
  readonly place?: StatePlace;
  /** Number, or value of the label, as text → word. */
  readonly values: Readonly<Record<string, string>>;
  /** For events: those that happen only in one state, which decide where the others cannot. */
  readonly hints?: Readonly<Record<string, string>>;
  /** Words from worst to best. */
  readonly worst: readonly string[];
}

/** What may be exported beside a breaker's state; labels as its state has them. */
export interface BreakerExtras {
  /** Counters of failures, added up; by convention `x_failures_total` beside `x_state`. */
  readonly failures?: readonly Selector[];
  /** When it entered its state; seconds or milliseconds since the epoch. */
  readonly since?: Selector;
  /** When it lets the next call through; seconds or milliseconds since the epoch. */
  readonly nextAttempt?: Selector;
}

/** How a signal is computed from the samples of all metric sources. */
export type Computation =
  /**
   * Quantile of a histogram's increase over the window, all instances together, as Prometheus
   * interpolates it; or the same quantile of a summary, the largest of all instances.
   */
  | {
      readonly kind: 'quantile';
      readonly quantile: number;
      readonly of: Selector;
      readonly windowMs: number;
    }
  /** Increase a second over the window, summed; counter resets are seen. */
  | { readonly kind: 'rate'; readonly of: readonly Selector[]; readonly windowMs: number }
  /** Increase over the window, summed. */
  | { readonly kind: 'increase'; readonly of: readonly Selector[]; readonly windowMs: number }
  /** Increase of one over the increase of the other; null while the divisor did not move. */
  | {
      readonly kind: 'ratio';
      readonly of: readonly Selector[];
      readonly to: readonly Selector[];
      readonly windowMs: number;
    }
  /** The latest value; of several the largest, unless `aggregate` says otherwise. */
  | { readonly kind: 'gauge'; readonly of: Selector; readonly aggregate?: Aggregate }
  /** Seconds since something; of several the longest, unless `aggregate` is `min`. */
  | {
      readonly kind: 'age';
      readonly of: Selector;
      readonly since: AgeOrigin;
      readonly aggregate?: 'max' | 'min';
      /** What the gauge's value is multiplied with to be seconds since the epoch; 1 when absent. */
      readonly timestampScale?: number;
    }
  /** How many series match, or how many instances have one; 0 where none does. */
  | {
      readonly kind: 'count';
      readonly of: readonly Selector[];
      readonly per: 'series' | 'instance';
      /** Only series whose value is so. */
      readonly above?: number;
      readonly below?: number;
    }
  /** A word, one reading a value of label `by`; the worst instance speaks. */
  | ({ readonly kind: 'state'; readonly by: string } & StateRule & BreakerExtras);

export interface Thresholds {
  readonly direction: 'above' | 'below';
  readonly warning: number | null;
  readonly critical: number | null;
  /** True when the bound itself is already beyond. */
  readonly inclusive?: boolean;
  /**
   * How far back inside a bound the value must come before the state gets better, in the signal's unit;
   * a share of the bound when absent.
   */
  readonly margin?: number;
}

export interface SignalDefinition {
  readonly id: string;
  readonly title: string;
  readonly unit: SignalUnit;
  readonly computation: Computation;
  /** What a number is multiplied with to be in `unit`; 1 when absent. */
  readonly scale?: number;
  readonly thresholds: Thresholds | null;
  /** For states: which words are warning and critical. */
  readonly states: {
    readonly warning: readonly string[];
    readonly critical: readonly string[];
  } | null;
}

/** When an alert holds. */
type AlertCondition =
  | { readonly kind: 'above' | 'below'; readonly threshold: number; readonly clear: number }
  | { readonly kind: 'is'; readonly words: readonly string[] }
  /** While the signal's own state is warning or critical; `threshold` says in words when that is. */
  | { readonly kind: 'health'; readonly threshold: string };

/** An alert on a signal; one alert a label set. */
export interface AlertDefinition {
  readonly name: string;
  readonly signal: string;
  /** Only readings with these labels; empty for all. */
  readonly labels: Readonly<Record<string, string>>;
  readonly condition: AlertCondition;
  /** How long it must hold before it fires; it is pending meanwhile. */
  readonly forMs: number;
  readonly severity: Severity;
  /** How severe it is, and how soon it fires, while the signal's state is critical. */
  readonly critical?: { readonly severity: Severity; readonly forMs: number };
  /** Mustache over the reading: `value`, `labels`, `detail`, `threshold`. */
  readonly summary: string;
}
