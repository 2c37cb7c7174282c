import type { Scope } from '../runbooks/condition.ts';
import type { EngineContext } from './context.ts';
import type { RunState } from './state.ts';

/** What names a run to conditions and templates. */
export type RunIdentity = Pick<RunState, 'id' | 'incident' | 'region'>;

/**
 * What conditions and templates see at this moment, but for a probe's `result`.
 * @param attempt which sample of a verification this is, from 1
 */
export function scopeOf(context: EngineContext, run: RunIdentity, attempt = 1): Scope {
  const { id, incident, region } = run;
  const now = context.clock.now();
  return { signals: context.signals(), inputs: {}, run: { id, incident, region, attempt, now } };
}
