import { nearest } from '../domain/nearest.ts';
import type { SourceState } from '../domain/source.ts';
import type { Need } from '../integrations/contract.ts';
import type { SignalDefinition } from '../signals/definition.ts';
import type { ReliedSignal } from './relied.ts';

/** What is live of the region's signals. */
export interface LiveSignals {
  /** What conditions see. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Those of the pack. */
  readonly definitions: readonly SignalDefinition[];
  readonly sources: readonly Pick<SourceState, 'name' | 'kind' | 'status' | 'error'>[];
}

/** Whether a signal that a runbook names has a value now, and why it probably has none. Pure. */
export function verifySignal(relied: ReliedSignal, live: LiveSignals): Need {
  const [id = '', label] = relied.path;
  const what = label === undefined ? `signal ${id}` : `signal ${id} of ${label}`;
  const value = Object.hasOwn(live.values, id) ? live.values[id] : undefined;
  if (value === undefined) return absent(what, id, relied, live);
  const isMap = typeof value === 'object' && value !== null;
  if (label === undefined || !isMap)
    return { what, found: words(value), state: 'ok', suggestion: null };
  const labels = Object.keys(value);
  if (labels.includes(label)) {
    const found = words((value as Record<string, unknown>)[label]);
    return { what, found, state: 'ok', suggestion: null };
  }
  const [near] = nearest(label, labels);
  const known = labels.length > 0 ? `there are ${labels.join(', ')}` : 'it has no values';
  const suggestion = near === undefined ? known : `it probably means ${near}`;
  return { what, found: null, state: relied.guarded ? 'unknown' : 'missing', suggestion };
}

function words(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([label, inner]) => `${label} ${String(inner)}`)
    .join(', ');
}

function absent(what: string, id: string, { guarded }: ReliedSignal, live: LiveSignals): Need {
  const definition = live.definitions.find((one) => one.id === id);
  if (definition === undefined) {
    const suggestion = 'nothing in this region has it yet';
    return { what, found: null, state: guarded ? 'unknown' : 'missing', suggestion };
  }
  const metrics = live.sources.filter(({ kind }) => kind === 'metrics');
  const lost = metrics.filter(({ status }) => status === 'failed');
  if (lost.length > 0 && lost.length === metrics.length) {
    const suggestion = `${lost.map(({ name }) => name).join(', ')}: ${lost[0]?.error?.message ?? 'no answer'}`;
    return { what, found: null, state: 'unknown', suggestion };
  }
  const names = metricsOf(definition).join(', ');
  const suggestion = `no sample of ${names}: absent until first use, or renamed; send traffic and look again`;
  return { what, found: null, state: guarded ? 'unknown' : 'missing', suggestion };
}

function metricsOf({ computation }: SignalDefinition): readonly string[] {
  const divisor = computation.kind === 'ratio' ? computation.to : [];
  return [...new Set([computation.of, divisor].flat().map(({ name }) => name))];
}
