import { event, type NewEvent } from '../incidents/events.ts';
import type { Runbook } from '../runbooks/graph.ts';
import type { Outcome, RunState } from './state.ts';

/**
 * Enters a step.
 * @param held the operator came back to it: it is not left again unasked
 */
export function enter(runbook: Runbook, step: string, held = false): NewEvent {
  return event('step-entered', { step, title: runbook.nodes.get(step)?.title ?? step, held });
}

/** Ends a run; its incident too, where nothing is left to be watched or done. */
export function finish(
  outcome: Outcome,
  leaf: string | null,
  verified: boolean | null,
): readonly NewEvent[] {
  const closes = outcome !== 'watching' && outcome !== 'stopped' && outcome !== 'escalated';
  return [
    event('run-finished', { outcome, leaf, verified }),
    ...(closes ? [event('incident-closed', { state: outcome })] : []),
  ];
}

/**
 * What follows when nothing is left to be proved at a node: the leaf's `then`, else the run's end. A
 * change that nothing proves is watched, not called resolved.
 */
export function conclude(runbook: Runbook, state: RunState): readonly NewEvent[] {
  const node = runbook.nodes.get(state.current);
  if (node?.kind === 'end') return finish(node.ends, node.id, state.proved);
  if (node?.kind !== 'do' && node?.kind !== 'verify') return [];
  if (node.then !== null) return [enter(runbook, node.then)];
  return node.verify.length > 0
    ? finish('resolved', state.current, true)
    : finish('watching', state.current, null);
}
