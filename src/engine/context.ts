import type { Readings } from '../actions/act.ts';
import type { ChangeContext } from '../actions/context.ts';
import type { SeverityResponse } from '../runbooks/pack.ts';

/** What the engine needs of the region it works in. */
export interface EngineContext extends ChangeContext {
  /** Who answers at each severity, from the pack. */
  readonly severities: readonly SeverityResponse[];
  /** What conditions see as `signals`. */
  signals(): Readonly<Record<string, unknown>>;
  /** The named signals as they stand on the screen, formatted. */
  readings(ids: readonly string[]): Readings;
}

/** Longest a probe may take for a step, whatever its own limits. */
export const PROBE_TIMEOUT_MS = 10_000;
