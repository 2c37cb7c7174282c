import type { Runbook } from '../runbooks/graph.ts';
import { isLeaf } from '../runbooks/graph.ts';
import type { EngineContext } from './context.ts';
import type { Diagnosis } from './controller.ts';
import { readStep } from './evidence.ts';
import type { Visit } from './state.ts';

/** What stands for a run where there is none. */
export const NO_RUN = { id: 'none', incident: 'none' } as const;

/** Steps one walk may read: a bound against runbooks that never end. */
const WALK_STEPS_MAX = 50;

/**
 * Walks the observing part of a runbook: reads each check and takes its turn until a leaf, a step only
 * the operator can decide, or the end of the budget. Changes nothing and writes nothing.
 */
export async function diagnose(
  context: EngineContext,
  runbook: Runbook,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const { clock, region } = context;
  const startedAt = clock.now();
  const run = { ...NO_RUN, region: region.name };
  const path: Visit[] = [];
  let at = runbook.start;
  while (path.length < WALK_STEPS_MAX && !signal.aborted) {
    const node = runbook.nodes.get(at);
    if (node?.kind !== 'check') break;
    const enteredAt = clock.now();
    const { evidence, turn } = await readStep(context, node, run, signal);
    const taken = turn?.sure
      ? ({ ...turn, by: 'recommendation', overridden: false } as const)
      : null;
    path.push({
      step: node.id,
      enteredAt,
      held: false,
      evidence,
      recommended: turn,
      taken,
      skipped: null,
    });
    if (taken === null) break;
    at = taken.to;
  }
  const end = runbook.nodes.get(at);
  const decided = path.filter((visit) => visit.taken !== null).length;
  return {
    runbook: runbook.id,
    leaf: end && isLeaf(end) ? end.id : null,
    at,
    path,
    decided,
    checks: path.length,
    confidence: path.length === 0 ? 0 : decided / path.length,
    leastSure: path.find((visit) => visit.taken === null)?.step ?? null,
    startedAt,
    elapsedMs: clock.now() - startedAt,
  };
}
