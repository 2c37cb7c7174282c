import type { Labels } from '../domain/metrics.ts';
import type { Computation, Selector, SignalDefinition } from './definition.ts';

/** True when a sample of this name and these labels is meant; labels not named are free. */
export function matches(selector: Selector, name: string, labels: Labels): boolean {
  if (selector.name !== name) return false;
  for (const [label, value] of Object.entries(selector.labels)) {
    if (labels[label] !== value) return false;
  }
  return true;
}

/** A histogram's buckets: the selector may name the histogram or its bucket series. */
export function bucketsOf(selector: Selector): Selector {
  if (selector.name.endsWith('_bucket')) return selector;
  return { name: `${selector.name}_bucket`, labels: selector.labels };
}

/**
 * The failures counted beside a breaker's state gauge, by the convention that `x_state` stands beside
 * `x_failures_total`, e.g. `circuit_breaker_failures_total`.
 */
export function failuresOf(selector: Selector): Selector {
  const stem = selector.name.replace(/_state$/, '');
  return { name: `${stem}_failures_total`, labels: selector.labels };
}

function selectorsOf(computation: Computation): readonly Selector[] {
  switch (computation.kind) {
    case 'quantile':
      return [bucketsOf(computation.of)];
    case 'rate':
    case 'increase':
      return computation.of;
    case 'ratio':
      return [...computation.of, ...computation.to];
    case 'gauge':
      return [computation.of];
    case 'state':
      return [computation.of, failuresOf(computation.of)];
  }
}

/** Which series are worth keeping, and for how long. */
export interface Selection {
  readonly keptMs: number;
  selects(name: string, labels: Labels): boolean;
}

/** The series that these definitions read, kept for the longest window among them. */
export function selectionOf(definitions: readonly SignalDefinition[]): Selection {
  const byName = new Map<string, Selector[]>();
  let keptMs = 0;
  for (const { computation } of definitions) {
    if ('windowMs' in computation) keptMs = Math.max(keptMs, computation.windowMs);
    for (const selector of selectorsOf(computation)) {
      byName.set(selector.name, [...(byName.get(selector.name) ?? []), selector]);
    }
  }
  return {
    keptMs,
    selects: (name, labels) =>
      byName.get(name)?.some((selector) => matches(selector, name, labels)) ?? false,
  };
}
