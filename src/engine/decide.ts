import { event, type NewEvent } from '../incidents/events.ts';
import type { GraphNode, ManualLeaf, Runbook } from '../runbooks/graph.ts';
import type { Refusal } from './controller.ts';
import type { Outcome, RunState, TakenBy, Turn } from './state.ts';

/** What an operator, or the recommendation in his place, may ask of a run. */
export type RunCommand =
  | { readonly kind: 'proceed'; readonly to: string | null; readonly by: TakenBy }
  | { readonly kind: 'skip'; readonly reason: string }
  | { readonly kind: 'back' }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'stop'; readonly outcome: Outcome };

const refuse = (refused: string, mend: string | null = null): Refusal => ({ refused, mend });

export function enter(runbook: Runbook, step: string, held = false): NewEvent {
  return event('step-entered', { step, title: runbook.nodes.get(step)?.title ?? step, held });
}

/** The turn the console would take from the current step; null when it cannot say. */
function recommendation(state: RunState, node: GraphNode | undefined): Turn | null {
  if (state.phase === 'stuck') {
    const last = state.acts.at(-1)?.state;
    if (last === 'refused' || last === 'not-done') {
      return { to: state.current, because: 'nothing was changed: look at it again', sure: true };
    }
    const otherwise = node?.kind === 'do' || node?.kind === 'verify' ? node.otherwise : null;
    return otherwise === null
      ? null
      : { to: otherwise, because: 'the remediation did not help', sure: true };
  }
  return state.path.at(-1)?.recommended ?? null;
}

function turnTo(runbook: Runbook, state: RunState, to: string, by: TakenBy): NewEvent[] {
  const recommended = recommendation(state, runbook.nodes.get(state.current));
  const same = recommended?.to === to;
  const branch = event('branch-taken', {
    step: state.current,
    to,
    because: same ? recommended.because : 'chosen by the operator',
    sure: same ? recommended.sure : true,
    by,
    overridden: recommended !== null && !same,
  });
  return [branch, enter(runbook, to)];
}

function finish(outcome: Outcome, leaf: string | null, verified: boolean | null): NewEvent[] {
  const closes = outcome !== 'watching' && outcome !== 'stopped' && outcome !== 'escalated';
  return [
    event('run-finished', { outcome, leaf, verified }),
    ...(closes ? [event('incident-closed', { state: outcome })] : []),
  ];
}

function proceed(
  runbook: Runbook,
  state: RunState,
  to: string | null,
  by: TakenBy,
): readonly NewEvent[] | Refusal {
  const node = runbook.nodes.get(state.current);
  if (to !== null) {
    if (!runbook.nodes.has(to)) return refuse(`This runbook has no step named ${to}`);
    return turnTo(runbook, state, to, by);
  }
  if (state.phase === 'leaf' && node?.kind === 'manual') {
    return finish((node as ManualLeaf).ends, node.id, null);
  }
  if (state.phase === 'leaf') {
    return refuse(
      'This leaf changes something: open its dialog',
      'press Enter to see what it would do',
    );
  }
  const turn = recommendation(state, node);
  if (turn === null) {
    return refuse('The checks name no way on from here', 'choose a branch yourself with o');
  }
  return turnTo(runbook, state, turn.to, by);
}

function back(runbook: Runbook, state: RunState): readonly NewEvent[] | Refusal {
  const previous = state.path.at(-2);
  if (!previous) return refuse('This is the first step: there is nothing to go back to');
  return [
    event('went-back', { from: state.current, to: previous.step }),
    enter(runbook, previous.step, true),
  ];
}

/** Where the step leads when its own condition is left out: its else, else its only other way. */
function skipTarget(node: GraphNode | undefined): string | null {
  if (node?.kind !== 'check') return null;
  return node.branches.find((branch) => branch.when === null)?.to ?? null;
}

/**
 * What a command writes to the journal, or why it is refused. Pure: it reads the graph and the state,
 * and does nothing.
 */
export function decide(
  runbook: Runbook,
  state: RunState,
  command: RunCommand,
): readonly NewEvent[] | Refusal {
  if (command.kind === 'note') {
    const text = command.text.trim();
    return text === '' ? refuse('The note is empty') : [event('note', { text })];
  }
  if (state.phase === 'finished') return refuse('This run has ended', 'press Esc to leave it');
  if (state.phase === 'acting' || state.phase === 'unknown') {
    return refuse(
      'An action is under way',
      'wait for its outcome; leaving the screen does not stop it',
    );
  }
  switch (command.kind) {
    case 'proceed':
      return proceed(runbook, state, command.to, command.by);
    case 'back':
      return back(runbook, state);
    case 'stop':
      return finish(command.outcome, state.current, null);
    case 'skip': {
      const to = skipTarget(runbook.nodes.get(state.current));
      if (to === null) return refuse('This step cannot be skipped', 'choose a branch with o');
      const reason = command.reason.trim();
      if (reason === '') return refuse('A skipped step needs a reason', 'say in a few words why');
      return [event('step-skipped', { step: state.current, reason, to }), enter(runbook, to)];
    }
  }
}

/** Ends a run whose last verification has passed, or that goes on at the leaf's `then`. */
export function afterVerification(runbook: Runbook, state: RunState): readonly NewEvent[] {
  const node = runbook.nodes.get(state.current);
  const then = node?.kind === 'do' ? node.then : null;
  if (then !== null) return [enter(runbook, then)];
  return finish('resolved', state.current, true);
}

/** What the driver must do next for a run to go on; null while it waits for the operator. */
export type Effect =
  | { readonly kind: 'read'; readonly step: string }
  | { readonly kind: 'follow'; readonly intent: string }
  | { readonly kind: 'settle'; readonly intent: string }
  | { readonly kind: 'verify'; readonly leaf: string; readonly index: number }
  | { readonly kind: 'conclude' };

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
    case 'verifying': {
      const total = node?.kind === 'do' || node?.kind === 'verify' ? node.verify.length : 0;
      // A leaf that proves nothing concludes nothing.
      if (total === 0) return null;
      const { verification } = state;
      const next =
        verification === null
          ? 0
          : verification.state === 'passed'
            ? verification.index + 1
            : verification.index;
      return next < total
        ? { kind: 'verify', leaf: state.current, index: next }
        : { kind: 'conclude' };
    }
    default:
      return null;
  }
}
