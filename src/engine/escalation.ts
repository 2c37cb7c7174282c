import { event, type NewEvent } from '../incidents/events.ts';
import type { Runbook } from '../runbooks/graph.ts';
import type { EngineContext } from './context.ts';
import { filled } from './filled.ts';
import type { RunState } from './state.ts';

/** What the leaf says of itself; null where the chain was entered from another step. */
function reasonOf(context: EngineContext, runbook: Runbook, state: RunState): string | null {
  const leaf = runbook.nodes.get(state.current);
  if (leaf?.kind !== 'escalate') return null;
  return filled(context, { runbook, run: state }, leaf.reason);
}

/** What was found and tried, in a message someone who was not there can act on. */
function message(runbook: Runbook, state: RunState, reason: string | null): string {
  const found = state.path.flatMap((visit) => (visit.taken ? [visit.taken.because] : []));
  const tried = state.acts.map((act) => `${act.command} (${act.state})`);
  return [
    `${state.incident} in ${state.region}: ${runbook.title} (${runbook.severity}).`,
    ...(reason === null ? [] : [reason]),
    found.length > 0 ? `Found: ${found.join('; ')}.` : 'No check named a cause.',
    tried.length > 0 ? `Tried: ${tried.join('; ')}.` : 'Nothing was changed.',
    ...runbook.meanwhile.map((line) => `Meanwhile: ${line}`),
  ].join('\n');
}

/** Enters the chain: who is due and by when, with the message drafted. Ends the run as escalated. */
export function escalation(
  context: EngineContext,
  runbook: Runbook,
  state: RunState,
): readonly NewEvent[] {
  const response = context.severities.find((s) => s.severity === runbook.severity);
  const within = response?.respondWithinMs ?? null;
  return [
    event('escalated', {
      severity: runbook.severity,
      contacts: [...(response?.contacts ?? [])],
      message: message(runbook, state, reasonOf(context, runbook, state)),
      answerDueAt: within === null ? null : context.clock.now() + within,
    }),
    event('run-finished', { outcome: 'escalated', leaf: state.current, verified: false }),
  ];
}
