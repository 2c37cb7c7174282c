import type { Act } from '../engine/state.ts';
import type { KeyContext } from '../keymap/binding.ts';
import { nodeOf, otherwiseOf, triesAgain, turnsFrom } from './run-turns.ts';
import type { RunView } from './session.ts';

/** The action that carries a message away: nothing takes that back. */
const SEND = 'notify.send';

/** The last change of a run, unless it was taken back. */
function lastChange(acts: readonly Act[]): Act | null {
  const done = acts.filter((act) => act.state === 'done');
  const undone = new Set(done.flatMap((act) => act.undoOf ?? []));
  const last = done.findLast((act) => act.undoOf === null && act.action !== SEND);
  return last === undefined || undone.has(last.intent) ? null : last;
}

/** Why the last change of a run cannot be taken back, as its leaf says; null where it may be. */
function irreversible({ controller, state }: Ran): string | null {
  const leaf = controller.runbook.nodes.get(lastChange(state.acts)?.leaf ?? '');
  return leaf?.kind === 'do' && leaf.undo === null ? leaf.irreversible : null;
}

type Ran = Pick<RunView, 'controller' | 'state'>;

/** True when the last change of a run was not taken back, and can be. */
export function undoable(run: Ran): boolean {
  return lastChange(run.state.acts) !== null && irreversible(run) === null;
}

/** The points a person goes through where the run stands. */
export function pointsOf(run: RunView): readonly string[] {
  const node = nodeOf(run);
  return node?.kind === 'checklist' || node?.kind === 'manual' ? node.checklist : [];
}

/** The message drafted where the run stands. */
export function messageOf({ state }: RunView) {
  return state.messages.findLast(({ step }) => step === state.current) ?? null;
}

function skippable(run: RunView): boolean {
  const node = nodeOf(run);
  switch (node?.kind) {
    case 'check':
    case 'gather':
    case 'checklist':
    case 'notify':
      return true;
    case 'do':
      return node.then !== null;
    default:
      return false;
  }
}

/** What the bindings may ask of the run on the screen. */
export function runContext(run: RunView): NonNullable<KeyContext['run']> {
  const { controller, state } = run;
  const { nodes } = controller.runbook;
  const node = nodes.get(state.current);
  const visit = state.path.findLast((entry) => entry.step === state.current);
  const otherwise = triesAgain(run) ? null : otherwiseOf(run);
  const inputs = [...controller.runbook.inputs, ...(node?.inputs ?? [])];
  const points = pointsOf(run).length;
  return {
    phase: state.phase,
    kind: node?.kind ?? 'check',
    title: node?.title ?? state.current,
    otherwise: otherwise === null ? null : (nodes.get(otherwise)?.title ?? otherwise),
    recommended: visit?.recommended != null,
    branches: turnsFrom(run).length,
    steps: state.path.filter((entry) => entry.step !== state.current).length,
    undoable: undoable(run),
    irreversible: irreversible(run),
    skippable: skippable(run),
    inputs: inputs.length,
    missing: inputs.filter(({ id }) => !Object.hasOwn(state.inputs, id)).length,
    points,
    unticked: points - run.desk.ticked.length,
    message: messageOf(run)?.state ?? null,
    output: state.acts.some(({ output }) => output.length > 0),
    handedTo: state.handedTo?.to ?? null,
    holder: run.holder,
    working: run.working,
  };
}
