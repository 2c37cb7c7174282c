import type { Plan, Refusal, RunController } from '../engine/controller.ts';
import type { Core } from './core.ts';
import { ask } from './run-ask.ts';
import { type ConfirmOverlay, isRefusal, type RunView } from './session.ts';

/** A reason shorter than this tells the reader of the record nothing. */
export const REASON_LENGTH_MIN = 3;

/** The keys of the dialog that confirms a change. */
export interface ConfirmCommands {
  /** Freezes the targets anew, then asks as the risk demands. */
  plan(run: RunView): void;
  undo(): void;
  confirm(overlay: ConfirmOverlay): void;
  confirmTyped(overlay: ConfirmOverlay): void;
  takeReason(overlay: ConfirmOverlay): void;
}

/** Identity of everything a plan would touch, to see whether it is still what was shown. */
function targetsOf({ command, targets, details }: Plan): string {
  return JSON.stringify([command, targets.map((target) => target.identity), details]);
}

function shownPlan(run: RunView): Plan | null {
  const { preview } = run;
  if (preview === null || preview.node !== run.state.current) return null;
  return isRefusal(preview.plan) ? null : preview.plan;
}

function showPlan(core: Core, plan: Plan): void {
  core.push({
    kind: 'confirm',
    plan,
    typed: '',
    reason: '',
    reasonTaken: false,
    scroll: 0,
    working: false,
    refused: null,
    problem: null,
  });
}

/**
 * Enter alone is enough for what is reversible, was seen, and stays within the limits.
 * @param shown the plan that could be read when Enter was pressed; null for none
 */
function needsNoDialog(run: RunView, shown: Plan | null, plan: Plan): boolean {
  const leaf = run.controller.runbook.nodes.get(plan.leaf)?.kind === 'do';
  const seen = shown !== null && targetsOf(shown) === targetsOf(plan);
  return leaf && !run.adHoc && seen && plan.risk === 'reversible' && plan.overLimit === null;
}

async function planOn(
  core: Core,
  run: RunView,
  shown: Plan | null,
  controller: RunController,
): Promise<Refusal | null> {
  const plan = await controller.plan();
  if (isRefusal(plan)) return plan;
  const now = core.session.getState().run;
  if (now?.controller !== controller || now.state.current !== run.state.current) return null;
  core.session.setState({ run: { ...now, preview: { node: plan.leaf, plan } } });
  if (needsNoDialog(run, shown, plan)) return controller.confirm(plan);
  showPlan(core, plan);
  return null;
}

function confirmPlan(core: Core, overlay: ConfirmOverlay, typed?: string): void {
  const { run } = core.session.getState();
  if (run === null || overlay.working) return;
  const reason = overlay.reasonTaken ? overlay.reason.trim() : undefined;
  core.patch(overlay.id, { working: true, problem: null });
  core.task('The action could not be begun', async () => {
    try {
      const refused = await run.controller.confirm(overlay.plan, typed, reason);
      if (refused === null) core.drop(overlay.id);
      else core.patch(overlay.id, { working: false, refused });
    } catch (thrown) {
      core.drop(overlay.id);
      throw thrown;
    }
  });
}

/** Binds the dialog's keys to a dispatcher core. */
export function createConfirmCommands(core: Core): ConfirmCommands {
  return {
    plan(run) {
      // An Enter typed ahead of the leaf opens its dialog; it never does what nobody has read.
      const shown = shownPlan(run);
      const read = shown !== null && core.seen(shown) ? shown : null;
      ask(core, 'reading the targets', (controller) => planOn(core, run, read, controller));
    },
    undo: () =>
      ask(core, 'reading what the undo would touch', async (controller) => {
        const plan = await controller.planUndo();
        if (isRefusal(plan)) return plan;
        showPlan(core, plan);
        return null;
      }),
    confirm: (overlay) => confirmPlan(core, overlay),
    confirmTyped(overlay) {
      const name = overlay.plan.typedName ?? '';
      if (overlay.typed === name) confirmPlan(core, overlay, overlay.typed);
      else core.patch(overlay.id, { problem: `Type ${name} exactly, then Enter` });
    },
    takeReason(overlay) {
      const told = overlay.reason.trim().length >= REASON_LENGTH_MIN;
      // The dialog asks something else now: keys typed ahead never reach that.
      if (told) core.patch(overlay.id, { reasonTaken: true, armed: false, problem: null });
      else core.patch(overlay.id, { problem: 'Say in a few words why the limit is passed' });
    },
  };
}
