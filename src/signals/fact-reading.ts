import type { Labels } from '../domain/metrics.ts';
import type { BuiltinSignalId, SignalUnit } from '../domain/signal.ts';
import type { SourceState } from '../domain/source.ts';
import type { Thresholds } from './definition.ts';
import type { HealthBefore } from './evaluate.ts';
import type { EvaluatedSignal } from './reading.ts';
import { numberHealth, thresholdWords } from './thresholds.ts';

/** The last good fact of a source, with how the source stands. */
export interface Told<T> {
  readonly source: Pick<SourceState, 'name' | 'status'>;
  readonly value: T;
  readonly observedAt: number;
}

export interface FactNumber {
  readonly id: BuiltinSignalId;
  readonly title: string;
  readonly labels: Labels;
  readonly value: number;
  readonly unit: SignalUnit;
  readonly thresholds: Thresholds | null;
  /** Which thing exactly; null when the labels say it all. */
  readonly detail?: string | null;
}

/** A number read off a fact, as a signal. */
export function factReading(
  number: FactNumber,
  { source, observedAt }: Pick<Told<unknown>, 'source' | 'observedAt'>,
  before: HealthBefore,
): EvaluatedSignal {
  const { id, title, labels, value, unit, thresholds, detail = null } = number;
  const state = numberHealth(thresholds, value, before(id, labels));
  return {
    id,
    title,
    labels,
    value,
    unit,
    state,
    observedAt,
    threshold: thresholdWords(thresholds, unit, state),
    limits: thresholds,
    reason: null,
    detail,
    since: null,
    stale: source.status === 'failed',
  };
}
