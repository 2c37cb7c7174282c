import type { Severity } from '../domain/severity.ts';
import type { BuiltinSignalId, SignalUnit } from '../domain/signal.ts';
import type { AlertDefinition, Thresholds } from './definition.ts';
import { allThresholdWords } from './thresholds.ts';

/** How long a container is down, or a check fails, before it pages. */
export const BUILTIN_FOR_MS = 30_000;
export const MINUTE_MS = 60_000;

/** What a built-in alert is, and with which words it is explained. */
export interface Rule {
  readonly name: string;
  readonly signal: BuiltinSignalId;
  readonly labels?: Readonly<Record<string, string>>;
  readonly forMs: number;
  readonly severity: Severity;
  readonly summary: string;
}

/** An alert while a signal has one of these words. */
export function is(words: readonly string[], rule: Rule): AlertDefinition {
  return { labels: {}, ...rule, condition: { kind: 'is', words } };
}

/** An alert while a signal is beyond its limits, more severe beyond the critical one. */
export function beyond(
  thresholds: Thresholds,
  unit: SignalUnit,
  rule: Rule,
  critical?: AlertDefinition['critical'],
): AlertDefinition {
  const threshold = allThresholdWords(thresholds, unit);
  const condition = { kind: 'health', threshold } as const;
  return { labels: {}, ...rule, condition, ...(critical === undefined ? {} : { critical }) };
}

export const detailed = '{{value}}{{#detail}}: {{detail}}{{/detail}}';
