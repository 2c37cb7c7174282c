import type { Binding, KeyContext } from './binding.ts';

type RunContext = NonNullable<KeyContext['run']>;

/** Reasons that hold for every key that changes the run. */
function notNow(run: RunContext | null): string | null {
  if (run === null) return 'no run is open';
  if (run.holder !== null) return `${run.holder} drives this run: you follow it`;
  if (run.working !== null) return `${run.working}: wait for it, or Esc`;
  if (run.phase === 'finished') return 'this run has ended: Esc goes back';
  return null;
}

const unless =
  (...rules: readonly ((run: RunContext) => string | null)[]) =>
  ({ run }: KeyContext): string | null => {
    const first = notNow(run);
    if (first !== null || run === null) return first;
    for (const rule of rules) {
      const reason = rule(run);
      if (reason !== null) return reason;
    }
    return null;
  };

const whileBusy = (run: RunContext) => {
  if (run.phase === 'acting') return 'the action is under way: its outcome is awaited';
  if (run.phase === 'unknown') return 'the outcome of the action is being checked';
  return null;
};
const whileVerifying = (run: RunContext) =>
  run.phase === 'verifying' ? 'the verification is under way' : null;
const whileObserving = (run: RunContext) =>
  run.phase === 'observing' ? 'the evidence is still being read' : null;
const undecided = (run: RunContext) =>
  run.phase === 'deciding' && !run.recommended && (run.kind === 'check' || run.kind === 'ask')
    ? 'nothing decides this step: choose a way with o'
    : null;
const noAction = (run: RunContext) =>
  run.kind === 'do' && (run.phase === 'leaf' || run.phase === 'stuck')
    ? null
    : 'there is no action at this step to preview';
const noBranches = (run: RunContext) =>
  run.branches > 0 ? null : 'there is no other way from here: b goes back a step';
const atLeaf = (run: RunContext) =>
  run.kind === 'check' || run.kind === 'ask' ? null : 'a leaf is not skipped: b goes back, o turns';
const atStart = (run: RunContext) => (run.steps > 0 ? null : 'this is the first step');
const nothingDone = (run: RunContext) =>
  run.acted ? null : 'this run has changed nothing: there is nothing to undo';

/** The words for Enter, which depend on where the run stands. */
function actHint({ run }: KeyContext): string {
  if (run === null) return 'continue';
  if (run.phase === 'stuck') {
    return run.otherwise === null ? 'try again…' : `go on: ${run.otherwise.toLowerCase()}`;
  }
  if (run.phase !== 'leaf') return 'continue';
  switch (run.kind) {
    case 'do':
      return `${run.title.toLowerCase()}…`;
    case 'verify':
      return 'verify';
    case 'escalate':
      return 'escalate';
    default:
      return 'end the run';
  }
}

/** The bindings of the wizard: the verbs of a run. */
export const wizardBindings: readonly Binding[] = [
  {
    id: 'act',
    keys: ['enter'],
    scope: 'wizard',
    title: 'Take the recommended turn; at a leaf, do what it says, after its dialog',
    hint: actHint,
    command: { type: 'act' },
    disabled: unless(whileBusy, whileVerifying, whileObserving, undecided),
  },
  {
    id: 'preview',
    keys: ['p'],
    scope: 'wizard',
    title: 'Preview the action: targets, command, undo; changes nothing',
    hint: 'preview',
    command: { type: 'preview' },
    disabled: unless(whileBusy, noAction),
  },
  {
    id: 'evidence',
    keys: ['e'],
    scope: 'wizard',
    title: 'The evidence of this run, as it was read',
    hint: 'evidence',
    command: { type: 'evidence' },
  },
  {
    id: 'other-branch',
    keys: ['o'],
    scope: 'wizard',
    title: 'Take another branch',
    hint: 'other branch',
    command: { type: 'other-branch' },
    disabled: unless(whileBusy, whileVerifying, noBranches),
  },
  {
    id: 'skip',
    keys: ['s'],
    scope: 'wizard',
    title: 'Skip this step, with a reason',
    hint: 'skip',
    command: { type: 'skip' },
    disabled: unless(whileBusy, whileVerifying, atLeaf),
  },
  {
    id: 'step-back',
    keys: ['b'],
    scope: 'wizard',
    title: 'Back to the step before',
    hint: 'back',
    command: { type: 'step-back' },
    disabled: unless(whileBusy, whileVerifying, atStart),
  },
  {
    id: 'note',
    keys: ['n'],
    scope: 'wizard',
    title: 'Write a note into the incident',
    hint: 'note',
    command: { type: 'note' },
    disabled: ({ run }) => (run === null ? 'no run is open' : null),
  },
  {
    id: 'undo',
    keys: ['u'],
    scope: 'wizard',
    title: 'Undo the last change, where an undo is declared',
    hint: 'undo',
    command: { type: 'undo' },
    disabled: unless(whileBusy, nothingDone),
  },
  {
    id: 'escalate',
    keys: ['E'],
    scope: 'wizard',
    title: 'Escalate: end this run and hand the incident up the chain',
    hint: 'escalate',
    command: { type: 'escalate' },
    disabled: unless(whileBusy),
  },
  {
    id: 'stop',
    keys: ['S'],
    scope: 'wizard',
    title: 'End this run: stopped, watching or handed over',
    hint: 'stop',
    command: { type: 'stop' },
    disabled: unless(whileBusy),
  },
  {
    id: 'back',
    keys: ['escape', 'q'],
    scope: 'wizard',
    title: 'Leave the wizard; the run stays where it is',
    hint: 'leave',
    command: { type: 'back' },
  },
];
