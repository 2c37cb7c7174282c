import type { Labels } from '../domain/metrics.ts';
import { dialectsFor } from './breaker-dialects.ts';
import type { BreakerExtras, Computation, Selector, SignalDefinition } from './definition.ts';

/** Tells a restarted process from one that counts on; kept whatever is selected. */
export const START_TIME = 'process_start_time_seconds';

/** True when these labels are meant; labels not named are free. */
export function matchesLabels(wanted: Selector['labels'], labels: Labels): boolean {
  for (const label in wanted) {
    if (labels[label] !== wanted[label]) return false;
  }
  return true;
}

/** A histogram's buckets: the selector may name the histogram or its bucket series. */
export function bucketsOf(selector: Selector): Selector {
  if (selector.name.endsWith('_bucket')) return selector;
  return { name: `${selector.name}_bucket`, labels: selector.labels };
}

function extrasOf({ failures = [], since, nextAttempt }: BreakerExtras): readonly Selector[] {
  return [...failures, ...[since, nextAttempt].filter((selector) => selector !== undefined)];
}

function selectorsOf(computation: Computation): readonly Selector[] {
  switch (computation.kind) {
    case 'quantile':
      return [bucketsOf(computation.of), computation.of];
    case 'rate':
    case 'increase':
    case 'count':
      return computation.of;
    case 'ratio':
      return [...computation.of, ...computation.to];
    case 'gauge':
    case 'age':
    case 'state':
      return [computation.of];
  }
}

/** Which series are worth keeping, and for how long. */
export interface Selection {
  readonly keptMs: number;
  /** The names it selects from; a source need not bring any other. */
  readonly names: ReadonlySet<string>;
  selects(name: string, labels: Labels): boolean;
  /** True when a series that vanished still matters, as its age does. */
  remembers(name: string): boolean;
}

/**
 * The series that these definitions read, kept for the longest window among them, with those that tell
 * of breakers.
 */
export function selectionOf(definitions: readonly SignalDefinition[]): Selection {
  const byName = new Map<string, Selector[]>();
  const remembered = new Set<string>();
  let keptMs = 0;
  const add = (selector: Selector) => {
    byName.set(selector.name, [...(byName.get(selector.name) ?? []), selector]);
  };
  for (const { computation } of definitions) {
    if ('windowMs' in computation) keptMs = Math.max(keptMs, computation.windowMs);
    if (computation.kind === 'age') remembered.add(computation.of.name);
    for (const selector of selectorsOf(computation)) add(selector);
  }
  for (const dialect of dialectsFor(definitions)) {
    for (const selector of [dialect.rule.of, ...extrasOf(dialect.extras)]) add(selector);
  }
  return {
    keptMs,
    names: new Set([...byName.keys(), START_TIME]),
    selects: (name, labels) =>
      byName.get(name)?.some((selector) => matchesLabels(selector.labels, labels)) ?? false,
    remembers: (name) => remembered.has(name),
  };
}
