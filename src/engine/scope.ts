import type { Scope } from '../runbooks/condition.ts';
import type { Runbook } from '../runbooks/graph.ts';
import type { EngineContext } from './context.ts';
import { inputValues } from './inputs.ts';
import type { RunState } from './state.ts';

/** What of a run conditions and templates can name. */
export type RunIdentity = Pick<RunState, 'id' | 'incident' | 'region' | 'inputs' | 'path'>;

/** Where a run, or a walk that is none, stands in its runbook. */
export interface Place {
  readonly runbook: Runbook;
  readonly run: RunIdentity;
  /** Results newer than those of the path, by step. */
  readonly fresh?: Readonly<Record<string, unknown>>;
}

/** The last result read at each step of the path. */
function stepResults({ run, fresh }: Place): Readonly<Record<string, unknown>> {
  const read = run.path.flatMap(({ step, evidence }) =>
    evidence === null || evidence.error !== null ? [] : [[step, evidence.result] as const],
  );
  return { ...Object.fromEntries(read), ...fresh };
}

/**
 * What conditions and templates see at this moment, but for a probe's `result`.
 * @param attempt which sample of a verification this is, from 1
 */
export function scopeOf(
  context: Pick<EngineContext, 'clock' | 'signals'>,
  place: Place,
  attempt = 1,
): Scope {
  const { id, incident, region, inputs } = place.run;
  const now = context.clock.now();
  return {
    signals: context.signals(),
    inputs: inputValues(place.runbook, inputs),
    run: { id, incident, region, attempt, now },
    steps: stepResults(place),
  };
}
