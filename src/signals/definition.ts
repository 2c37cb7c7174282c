import type { Severity } from '../domain/severity.ts';
import type { SignalUnit } from '../domain/signal.ts';

/** A metric name with optional label equality, as written `name{label="value"}`. */
export interface Selector {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** How a signal is computed from the samples of all metric sources. */
export type Computation =
  /** Quantile of a histogram's increase over the window, all instances together, as Prometheus interpolates it. */
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
  /** The latest value, the largest of all instances. */
  | { readonly kind: 'gauge'; readonly of: Selector }
  /** A number that stands for a word, one reading a value of label `by`; the worst instance speaks. */
  | {
      readonly kind: 'state';
      readonly of: Selector;
      readonly by: string;
      readonly values: Readonly<Record<string, string>>;
      /** Words from worst to best. */
      readonly worst: readonly string[];
    };

export interface Thresholds {
  readonly direction: 'above' | 'below';
  readonly warning: number | null;
  readonly critical: number | null;
}

export interface SignalDefinition {
  readonly id: string;
  readonly title: string;
  readonly unit: SignalUnit;
  readonly computation: Computation;
  readonly thresholds: Thresholds | null;
  /** For states: which words are warning and critical. */
  readonly states: {
    readonly warning: readonly string[];
    readonly critical: readonly string[];
  } | null;
}

/** An alert on a signal; one alert a label set. */
export interface AlertDefinition {
  readonly name: string;
  readonly signal: string;
  /** Only readings with these labels; empty for all. */
  readonly labels: Readonly<Record<string, string>>;
  readonly condition:
    | { readonly kind: 'above' | 'below'; readonly threshold: number; readonly clear: number }
    | { readonly kind: 'is'; readonly words: readonly string[] };
  /** How long it must hold before it fires; it is pending meanwhile. */
  readonly forMs: number;
  readonly severity: Severity;
  /** Mustache over the reading: `value`, `labels`. */
  readonly summary: string;
}
