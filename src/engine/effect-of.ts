import type { Runbook } from '../runbooks/graph.ts';
import type { RunState } from './state.ts';

/** What the driver must do next for a run to go on; null while it waits for the operator. */
export type Effect =
  | { readonly kind: 'read'; readonly step: string }
  | { readonly kind: 'follow'; readonly intent: string }
  | { readonly kind: 'settle'; readonly intent: string }
  | { readonly kind: 'verify'; readonly leaf: string; readonly index: number }
  | { readonly kind: 'conclude' };

function verifying(runbook: Runbook, state: RunState): Effect {
  const node = runbook.nodes.get(state.current);
  const total = node?.kind === 'do' || node?.kind === 'verify' ? node.verify.length : 0;
  const { verification } = state;
  const past = verification?.state === 'passed' ? 1 : 0;
  const index = (verification?.index ?? 0) + past;
  return index < total ? { kind: 'verify', leaf: state.current, index } : { kind: 'conclude' };
}

/** The one effect a state calls for. Pure, so a run resumes with what its journal says, no more. */
export function effectOf(runbook: Runbook, state: RunState): Effect | null {
  const node = runbook.nodes.get(state.current);
  const act = state.acts.at(-1);
  switch (state.phase) {
    case 'observing':
      return { kind: 'read', step: state.current };
    case 'acting':
      return act ? { kind: 'follow', intent: act.intent } : null;
    case 'unknown':
      return act ? { kind: 'settle', intent: act.intent } : null;
    case 'verifying':
      return verifying(runbook, state);
    case 'leaf':
      // An end says nothing new; one that the operator came back to waits for him.
      return node?.kind === 'end' && state.path.at(-1)?.held !== true ? { kind: 'conclude' } : null;
    default:
      return null;
  }
}
