import type { KeyContext } from './binding.ts';

type RunContext = NonNullable<KeyContext['run']>;
type Rule = (run: RunContext) => string | null;

const notDriving: Rule = ({ holder, handedTo, working }) => {
  if (handedTo !== null && holder !== null) {
    return `this run was handed over to ${handedTo}: T takes it over`;
  }
  if (holder !== null) return `${holder} drives this run: you follow it`;
  return working === null ? null : `${working}: wait for it, or Esc`;
};

const ended: Rule = ({ phase }) =>
  phase === 'finished' ? 'this run has ended: Esc goes back' : null;

const firstOf =
  (rules: readonly Rule[]) =>
  ({ run }: KeyContext): string | null => {
    if (run === null) return 'no run is open';
    for (const rule of rules) {
      const reason = rule(run);
      if (reason !== null) return reason;
    }
    return null;
  };

/** Why nothing is done with a run that was recorded; null where it is one of now. */
export const whileReplayed = ({ replay }: KeyContext): string | null =>
  replay === null ? null : 'this is a replay: nothing is done in it';

const now =
  (...rules: readonly Rule[]) =>
  (context: KeyContext): string | null =>
    whileReplayed(context) ?? firstOf(rules)(context);

/** Why a key that moves the run cannot be used: the reasons of all of them, then its own. */
export const unless = (...rules: readonly Rule[]) => now(notDriving, ended, ...rules);

/** As `unless`, for a key that also holds when the run has ended. */
export const evenEnded = (...rules: readonly Rule[]) => now(notDriving, ...rules);

/** As `unless`, for a key that also holds for one who follows. */
export const evenFollowing = (...rules: readonly Rule[]) => firstOf(rules);

export const whileBusy: Rule = (run) => {
  if (run.phase === 'acting') return 'the action is under way: its outcome is awaited';
  if (run.phase === 'unknown') return 'the outcome of the action is being checked';
  return null;
};
export const whileVerifying: Rule = (run) =>
  run.phase === 'verifying' ? 'the verification is under way' : null;
export const whileObserving: Rule = (run) =>
  run.phase === 'observing' ? 'the evidence is still being read' : null;
export const undecided: Rule = (run) =>
  run.phase === 'deciding' &&
  !run.recommended &&
  (run.kind === 'check' || run.kind === 'ask' || run.kind === 'gather')
    ? 'nothing decides this step: choose a way with o'
    : null;
export const unticked: Rule = (run) =>
  run.phase === 'deciding' && run.kind === 'checklist' && run.unticked > 0
    ? `${run.unticked} of ${run.points} not ticked: Space ticks, s goes on with a reason`
    : null;
export const noAction: Rule = (run) => {
  const atAction = run.kind === 'do' && (run.phase === 'leaf' || run.phase === 'stuck');
  const atMessage = run.message !== null && run.phase === 'deciding';
  return atAction || atMessage ? null : 'there is no action at this step to preview';
};
export const noBranches: Rule = (run) =>
  run.branches > 0 ? null : 'there is no other way from here: b goes back, J jumps';
export const notSkipped: Rule = (run) =>
  run.skippable ? null : 'this is not skipped: b goes back, o turns, J jumps';
export const atStart: Rule = (run) => (run.steps > 0 ? null : 'this is the first step');
export const nothingDone: Rule = (run) => {
  if (run.undoable) return null;
  return run.irreversible === null
    ? 'this run has changed nothing: there is nothing to undo'
    : `the last change cannot be undone: ${run.irreversible}`;
};
export const noChecklist: Rule = (run) =>
  run.points > 0 && (run.phase === 'deciding' || run.phase === 'leaf')
    ? null
    : 'there is no checklist here';
export const noMessage: Rule = (run) =>
  run.message === null ? 'there is no message at this step' : null;
export const noInputs: Rule = (run) => (run.inputs > 0 ? null : 'this step asks for no values');
export const noOutput: Rule = (run) => (run.output ? null : 'no action has told anything yet');
export const driving: Rule = ({ holder }) => (holder === null ? 'you drive this run' : null);

/** The words for Enter, which depend on where the run stands. */
export function actHint({ replay, run }: KeyContext): string {
  if (replay !== null) return '';
  if (run === null) return 'continue';
  if (run.handedTo !== null && run.holder !== null) return 'take it over';
  switch (run.phase) {
    case 'finished':
      return '';
    case 'input':
      return run.missing === 1 ? 'give the value…' : `give ${run.missing} values…`;
    case 'stuck':
      return run.otherwise === null ? 'try again…' : `go on: ${brief(run.otherwise.toLowerCase())}`;
    case 'leaf':
      return leafHint(run);
    default:
      if (run.message === 'drafted' && run.phase === 'deciding') return 'send…';
      return run.kind === 'checklist' ? 'done, go on' : 'continue';
  }
}

/** More of a title would push the other keys out of a bar of 80 columns. */
const HINT_LENGTH_MAX = 32;

/** The first words of a title. */
function brief(title: string): string {
  if (title.length <= HINT_LENGTH_MAX) return title;
  const cut = title.slice(0, HINT_LENGTH_MAX + 1);
  return cut.slice(0, Math.max(cut.lastIndexOf(' '), 1)).replace(/[,;:]$/, '');
}

function leafHint({ kind, title }: RunContext): string {
  switch (kind) {
    case 'do':
      return `${brief(title.toLowerCase())}…`;
    case 'verify':
      return 'verify';
    case 'escalate':
      return 'escalate';
    default:
      return 'end the run';
  }
}
