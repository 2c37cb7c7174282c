import { formatSignal } from '../domain/format.ts';
import type { Health } from '../domain/health.ts';
import type { SignalUnit } from '../domain/signal.ts';
import type { SignalDefinition, Thresholds } from './definition.ts';

function beyond(value: number, bound: number | null, direction: Thresholds['direction']): boolean {
  if (bound === null) return false;
  return direction === 'above' ? value > bound : value < bound;
}

/** How a signal's value stands against its thresholds or its words; `unknown` while it is null. */
export function signalHealth(
  definition: Pick<SignalDefinition, 'thresholds' | 'states'>,
  value: number | string | null,
): Health {
  if (value === null) return 'unknown';
  if (typeof value === 'string') {
    if (definition.states?.critical.includes(value)) return 'critical';
    return definition.states?.warning.includes(value) ? 'warning' : 'ok';
  }
  const { thresholds } = definition;
  if (!thresholds) return 'ok';
  if (beyond(value, thresholds.critical, thresholds.direction)) return 'critical';
  return beyond(value, thresholds.warning, thresholds.direction) ? 'warning' : 'ok';
}

/** A bound in its unit without needless zeros: `1 s`, not `1.00 s`. */
function formatBound(bound: number, unit: SignalUnit): string {
  return formatSignal({ value: bound, unit })
    .replace(/\.0+(?!\d)/, '')
    .replace(/(\.\d*?[1-9])0+(?!\d)/, '$1');
}

/**
 * The threshold that matters at this health, in words: the critical one when it is crossed, else the
 * warning one, e.g. `> 1 s`; null if there is none.
 */
export function thresholdWords(
  thresholds: Thresholds | null,
  unit: SignalUnit,
  health: Health,
): string | null {
  if (!thresholds) return null;
  const { warning, critical } = thresholds;
  const bound = health === 'critical' ? critical : (warning ?? critical);
  if (bound === null) return null;
  return `${thresholds.direction === 'above' ? '>' : '<'} ${formatBound(bound, unit)}`;
}
