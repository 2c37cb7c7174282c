import { event, type NewEvent } from '../incidents/events.ts';
import type { GraphNode, Runbook } from '../runbooks/graph.ts';
import type { Refusal } from './controller.ts';
import { enter, finish } from './endings.ts';
import { inputsAt, missingInputs, refusedInput } from './inputs.ts';
import type { Outcome, RunState, TakenBy, Turn } from './state.ts';

/** What an operator, or the recommendation in his place, may ask of a run. */
export type RunCommand =
  | { readonly kind: 'proceed'; readonly to: string | null; readonly by: TakenBy }
  | { readonly kind: 'jump'; readonly to: string }
  | { readonly kind: 'give'; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'skip'; readonly reason: string }
  | { readonly kind: 'back' }
  | { readonly kind: 'copied' }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'hand-over'; readonly to: string; readonly note: string }
  | { readonly kind: 'stop'; readonly outcome: Outcome };

const refuse = (refused: string, mend: string | null = null): Refusal => ({ refused, mend });

/** The turn the console would take from the current step; null when it cannot say. */
export function recommendation(
  state: Pick<RunState, 'phase' | 'acts' | 'current' | 'path'>,
  node: GraphNode | undefined,
): Turn | null {
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

/** Words for the operator's own way on, where nothing recommended it. */
const ownWords = (node: GraphNode | undefined): string =>
  node?.kind === 'checklist' ? 'the checklist is done' : 'chosen by the operator';

function turnTo(runbook: Runbook, state: RunState, to: string, by: TakenBy): NewEvent[] {
  const node = runbook.nodes.get(state.current);
  const recommended = recommendation(state, node);
  const same = recommended?.to === to;
  const branch = event('branch-taken', {
    step: state.current,
    to,
    because: same ? recommended.because : ownWords(node),
    sure: same ? recommended.sure : true,
    by,
    overridden: recommended !== null && !same,
  });
  return [branch, enter(runbook, to)];
}

const noStep = (to: string) => refuse(`This runbook has no step named ${to}`);

function proceed(
  runbook: Runbook,
  state: RunState,
  to: string | null,
  by: TakenBy,
): readonly NewEvent[] | Refusal {
  const node = runbook.nodes.get(state.current);
  if (to !== null) {
    if (!runbook.nodes.has(to)) return noStep(to);
    return turnTo(runbook, state, to, by);
  }
  if (state.phase === 'input') {
    const wanted = missingInputs(runbook, node, state.inputs).map(({ title }) => title);
    return refuse(`This step asks for input first: ${wanted.join(', ')}`, 'give it, or go back');
  }
  if (state.phase === 'leaf' && (node?.kind === 'manual' || node?.kind === 'end')) {
    return finish(node.ends, node.id, node.kind === 'end' ? state.proved : null);
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

function jump(runbook: Runbook, state: RunState, to: string): readonly NewEvent[] | Refusal {
  if (!runbook.nodes.has(to)) return noStep(to);
  if (to === state.current) return refuse('The run stands at this step already');
  const recommended = recommendation(state, runbook.nodes.get(state.current));
  const overridden = recommended !== null && recommended.to !== to;
  return [event('jumped', { from: state.current, to, overridden }), enter(runbook, to, true)];
}

/** Phases in which values may still be given, or given anew. */
const GIVING: readonly RunState['phase'][] = ['input', 'observing', 'deciding', 'leaf', 'stuck'];

function give(
  runbook: Runbook,
  state: RunState,
  values: Readonly<Record<string, string>>,
): readonly NewEvent[] | Refusal {
  const node = runbook.nodes.get(state.current);
  if (!GIVING.includes(state.phase)) return refuse('No input is asked for now');
  const refused = refusedInput(inputsAt(runbook, node), values);
  if (refused !== null) return refused;
  if (Object.keys(values).length === 0) return refuse('No input was given');
  return [event('input-given', { step: state.current, values: { ...values } })];
}

function back(runbook: Runbook, state: RunState): readonly NewEvent[] | Refusal {
  // A call is passed through: going back to it would lead forth again.
  const previous = state.path
    .slice(0, -1)
    .findLast(({ step }) => runbook.nodes.get(step)?.kind !== 'call');
  if (!previous) return refuse('This is the first step: there is nothing to go back to');
  return [
    event('went-back', { from: state.current, to: previous.step }),
    enter(runbook, previous.step, true),
  ];
}

/** Where the step leads when its own condition is left out: its else, else its only other way. */
function skipTarget(node: GraphNode | undefined): string | null {
  switch (node?.kind) {
    case 'check':
    case 'gather':
      return node.branches.find((branch) => branch.when === null)?.to ?? null;
    case 'checklist':
    case 'notify':
      return node.to;
    case 'do':
      return node.then;
    default:
      return null;
  }
}

function skip(runbook: Runbook, state: RunState, words: string): readonly NewEvent[] | Refusal {
  const to = skipTarget(runbook.nodes.get(state.current));
  if (to === null) return refuse('This step cannot be skipped', 'choose a branch with o');
  const reason = words.trim();
  if (reason === '') return refuse('A skipped step needs a reason', 'say in a few words why');
  return [event('step-skipped', { step: state.current, reason, to }), enter(runbook, to)];
}

function copied(runbook: Runbook, state: RunState): readonly NewEvent[] | Refusal {
  const step = state.current;
  if (runbook.nodes.get(step)?.kind !== 'notify') return refuse('There is no message at this step');
  return [event('message-copied', { step })];
}

function handOver(to: string, note: string): readonly NewEvent[] | Refusal {
  const name = to.trim();
  if (name === '') return refuse('Nobody is named to hand the run over to', 'name who takes it');
  return [event('handed-over', { to: name, note: note.trim() })];
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
  // The runner goes on by itself; who follows it may change.
  if (command.kind === 'hand-over') return handOver(command.to, command.note);
  if (state.phase === 'acting' || state.phase === 'unknown') {
    return refuse(
      'An action is under way',
      'wait for its outcome; leaving the screen does not stop it',
    );
  }
  switch (command.kind) {
    case 'proceed':
      return proceed(runbook, state, command.to, command.by);
    case 'jump':
      return jump(runbook, state, command.to);
    case 'give':
      return give(runbook, state, command.values);
    case 'back':
      return back(runbook, state);
    case 'copied':
      return copied(runbook, state);
    case 'skip':
      return skip(runbook, state, command.reason);
    case 'stop':
      return finish(command.outcome, state.current, null);
  }
}
