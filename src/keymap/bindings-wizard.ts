import type { Binding, KeyContext } from './binding.ts';
import { movement } from './bindings-table.ts';
import type { Command } from './commands.ts';
import {
  actHint,
  atStart,
  driving,
  evenEnded,
  evenFollowing,
  noAction,
  noBranches,
  noChecklist,
  noInputs,
  noMessage,
  noOutput,
  nothingDone,
  notSkipped,
  undecided,
  unless,
  unticked,
  whileBusy,
  whileObserving,
  whileReplayed,
  whileVerifying,
} from './wizard-rules.ts';

type RunContext = NonNullable<KeyContext['run']>;
type Disabled = NonNullable<Binding['disabled']>;

/** Words for the hint bar that stand there only where the key means something. */
const when =
  (holds: (run: RunContext) => boolean, words: string) =>
  ({ run }: KeyContext): string =>
    run !== null && holds(run) ? words : '';

/** The same, for what is done in no replay. */
const whenNow =
  (holds: (run: RunContext) => boolean, words: string) =>
  (context: KeyContext): string =>
    context.replay === null ? when(holds, words)(context) : '';

const verb = (
  id: string,
  key: string,
  title: string,
  hint: Binding['hint'],
  command: Command,
  disabled?: Disabled,
): Binding => ({
  id,
  keys: [key],
  scope: 'wizard',
  title,
  hint,
  command,
  ...(disabled === undefined ? {} : { disabled }),
});

/** Ways that are numbered on the screen. */
const WAYS_MAX = 9;

/** A way that is not on the screen has no number. */
const noWay =
  (place: number): Disabled =>
  (context: KeyContext) =>
    unless(whileBusy, whileVerifying, noBranches, (run) =>
      place < run.branches ? null : `the ways from here end at ${run.branches}`,
    )(context);

const ways: readonly Binding[] = Array.from({ length: WAYS_MAX }, (_, place) => ({
  ...verb(
    `way-${place + 1}`,
    String(place + 1),
    `Take way ${place + 1} of those that are listed`,
    null,
    { type: 'way', place },
    noWay(place),
  ),
  ...(place === 0
    ? {
        label: `1-${WAYS_MAX}`,
        hint: when(
          ({ phase, recommended, branches }) =>
            phase === 'deciding' && !recommended && branches > 0,
          'choose a way',
        ),
        digits: 'Take the way that has this number',
      }
    : {}),
}));

/** Space ticks here, as it marks in lists. */
const moves: readonly Binding[] = movement('wizard', 'text').map((binding) => ({
  ...binding,
  keys: binding.keys.filter((key) => key !== ' '),
  hint: null,
}));

const take = unless(whileBusy, whileVerifying, whileObserving, undecided, unticked);

/** What moves a run on. */
const verbs: readonly Binding[] = [
  verb(
    'act',
    'enter',
    'Take the recommended turn; at a leaf, do what it says, after its dialog',
    actHint,
    { type: 'act' },
    // Enter takes over what was handed over, which no other key but T does.
    (context) =>
      context.run !== null && context.run.handedTo !== null && context.run.holder !== null
        ? null
        : take(context),
  ),
  verb(
    'tick',
    ' ',
    'Tick the point of the checklist, or take the tick away',
    when(({ points }) => points > 0, 'tick'),
    { type: 'tick' },
    unless(noChecklist),
  ),
  verb(
    'preview',
    'p',
    'Preview the action: targets, command, what changes, undo; changes nothing',
    when((run) => noAction(run) === null && run.phase !== 'finished', 'preview'),
    { type: 'preview' },
    unless(whileBusy, noAction),
  ),
  verb('evidence', 'e', 'The evidence of this run, as it was read', 'evidence', {
    type: 'evidence',
  }),
  verb(
    'other-branch',
    'o',
    'Take another branch',
    'other branch',
    { type: 'other-branch' },
    unless(whileBusy, whileVerifying, noBranches),
  ),
  verb(
    'copy-message',
    'c',
    'Copy the message, to send it by hand',
    when(({ message }) => message !== null, 'copy'),
    { type: 'copy-message' },
    unless(whileBusy, noMessage),
  ),
  verb(
    'skip',
    's',
    'Skip this step, with a reason',
    'skip',
    { type: 'skip' },
    unless(whileBusy, whileVerifying, notSkipped),
  ),
  verb(
    'step-back',
    'b',
    'Back to the step before',
    'back',
    { type: 'step-back' },
    unless(whileBusy, whileVerifying, atStart),
  ),
];

/** What is needed less often. */
const others: readonly Binding[] = [
  verb(
    'jump',
    'J',
    'Jump to any step of the runbook',
    'jump',
    { type: 'jump' },
    unless(whileBusy, whileVerifying),
  ),
  verb(
    'note',
    'n',
    'Write a note into the incident',
    whenNow(() => true, 'note'),
    { type: 'note' },
    (context) => whileReplayed(context) ?? (context.run === null ? 'no run is open' : null),
  ),
  verb(
    'undo',
    'u',
    'Undo the last change, where an undo is declared; also after the run has ended',
    when(({ undoable }) => undoable, 'undo'),
    { type: 'undo' },
    evenEnded(whileBusy, nothingDone),
  ),
  verb(
    'values',
    'v',
    'Give the values of this step, or give them anew',
    when(({ inputs }) => inputs > 0, 'values'),
    { type: 'values' },
    unless(whileBusy, whileVerifying, noInputs),
  ),
  verb(
    'output',
    'L',
    'All that the actions of this run have told',
    when(({ output }) => output, 'output'),
    { type: 'output' },
    evenFollowing(noOutput),
  ),
  verb(
    'hand-over',
    'H',
    'Hand this run over to someone, with a note',
    'hand over',
    { type: 'hand-over' },
    unless(),
  ),
  verb(
    'take-over',
    'T',
    'Drive a run that was handed over, or whose driver is gone',
    whenNow(({ holder }) => holder !== null, 'take over'),
    { type: 'take-over' },
    (context) => whileReplayed(context) ?? evenFollowing(driving)(context),
  ),
  verb(
    'escalate',
    'E',
    'Escalate: end this run and hand the incident up the chain',
    'escalate',
    { type: 'escalate' },
    unless(whileBusy),
  ),
  verb(
    'stop',
    'S',
    'End this run: stopped, watching or handed over',
    'stop',
    { type: 'stop' },
    unless(whileBusy),
  ),
];

/** The bindings of the wizard: the verbs of a run. */
export const wizardBindings: readonly Binding[] = [
  ...verbs,
  ...others,
  ...ways,
  ...moves,
  {
    id: 'back',
    keys: ['escape', 'q'],
    scope: 'wizard',
    title: 'Leave the wizard; the run stays where it is',
    hint: 'leave',
    command: { type: 'back' },
  },
];
