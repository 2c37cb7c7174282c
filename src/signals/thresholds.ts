import { formatSignal } from '../domain/format.ts';
import type { Health } from '../domain/health.ts';
import type { SignalUnit } from '../domain/signal.ts';
import type { SignalDefinition, Thresholds } from './definition.ts';

/** Share of a bound that a value must come back inside it, where nothing else is said. */
const MARGIN_SHARE = 0.05;
const ROUNDING = 1e-12;

/** Whether a value is beyond a bound; one that was stays so until it is back by the margin. */
function beyond(value: number, bound: number | null, thresholds: Thresholds, was: boolean) {
  if (bound === null) return false;
  const { direction, inclusive = false, margin = MARGIN_SHARE * Math.abs(bound) } = thresholds;
  const above = direction === 'above';
  const limit = was ? bound + (above ? -margin : margin) : bound;
  // What is at the limit but for a rounding error is at it: 0.95 - 0.05 is not quite 0.9.
  if (Math.abs(value - limit) <= ROUNDING * Math.abs(limit)) {
    return inclusive && (!was || margin === 0);
  }
  return above ? value > limit : value < limit;
}

/** How a number stands against its thresholds, given how it stood before. */
export function numberHealth(
  thresholds: Thresholds | null,
  value: number | null,
  before: Health,
): Health {
  if (value === null) return 'unknown';
  if (!thresholds) return 'ok';
  const { warning, critical } = thresholds;
  if (beyond(value, critical, thresholds, before === 'critical')) return 'critical';
  const was = before === 'critical' || before === 'warning';
  return beyond(value, warning, thresholds, was) ? 'warning' : 'ok';
}

/**
 * How a signal's value stands against its thresholds or its words; `unknown` while it is null.
 * @param before how it stood at the last look, so that it does not flap at a threshold
 */
export function signalHealth(
  definition: Pick<SignalDefinition, 'thresholds' | 'states'>,
  value: number | string | null,
  before: Health = 'unknown',
): Health {
  if (typeof value !== 'string') return numberHealth(definition.thresholds, value, before);
  if (definition.states?.critical.includes(value)) return 'critical';
  return definition.states?.warning.includes(value) ? 'warning' : 'ok';
}

/** A bound in its unit without needless zeros: `1 s`, not `1.00 s`. */
function formatBound(bound: number, unit: SignalUnit): string {
  return formatSignal({ value: bound, unit })
    .replace(/\.0+(?!\d)/, '')
    .replace(/(\.\d*?[1-9])0+(?!\d)/, '$1');
}

function sign({ direction, inclusive = false }: Thresholds): string {
  if (direction === 'above') return inclusive ? '≥' : '>';
  return inclusive ? '≤' : '<';
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
  return bound === null ? null : `${sign(thresholds)} ${formatBound(bound, unit)}`;
}

/** Both thresholds in words, e.g. `≥ 80 %, critical ≥ 95 %`. */
export function allThresholdWords(thresholds: Thresholds, unit: SignalUnit): string {
  const { warning, critical } = thresholds;
  const words = (bound: number) => `${sign(thresholds)} ${formatBound(bound, unit)}`;
  const parts = warning === null ? [] : [words(warning)];
  if (critical !== null) parts.push(`critical ${words(critical)}`);
  return parts.join(', ');
}
