import type { Timer } from '../domain/clock.ts';
import type { RunController } from '../engine/controller.ts';
import type { Core } from './core.ts';
import type { ConsolePorts } from './ports.ts';
import { deskAt } from './run-desk.ts';
import { isRefusal, type RunView } from './session.ts';

/** How often the evidence is read again while the operator looks at a step. */
const REREAD_EVERY_MS = 10_000;

const begun: ReadonlySet<string> = new Set(['acting', 'unknown', 'verifying', 'finished']);

/** Keeps the session's picture of one run up to date. */
export interface RunSession {
  readonly controller: RunController;
  /** Takes the controller's present state to the screen. */
  refresh(): void;
  /** Follows it no longer; the run itself stays open. */
  leave(): void;
}

/** True when the screen needs to know what the current node's action would touch. */
function wantsPreview(run: RunView): boolean {
  const node = run.controller.runbook.nodes.get(run.state.current);
  return (
    // The dialog of an ad-hoc run reads its plan itself.
    !run.adHoc &&
    node?.kind === 'do' &&
    run.holder === null &&
    (run.state.phase === 'leaf' || run.state.phase === 'stuck') &&
    run.preview?.node !== node.id
  );
}

/** A dialog whose action has begun has done its work, whenever `confirm` comes back. */
function dropBegunDialog(core: Core, run: RunView): void {
  if (!begun.has(run.state.phase)) return;
  for (const overlay of core.session.getState().overlays) {
    if (overlay.kind === 'confirm' && overlay.working) core.drop(overlay.id);
  }
}

/**
 * Reads the evidence again from time to time while the operator looks at a step, and a plan that was
 * refused with it; ends with the return.
 */
function rereading(core: Core, controller: RunController, retry: () => void): () => void {
  let timer: Timer | null = null;
  let closed = false;
  const read = async () => {
    const { run, screen } = core.session.getState();
    const looking = screen === 'wizard' && run?.holder === null && run.working === null;
    const still = run?.state.phase === 'leaf' || run?.state.phase === 'deciding';
    if (!looking || !still) return;
    await controller.reread();
    retry();
  };
  const schedule = () => {
    timer = core.ports.clock.after(REREAD_EVERY_MS, () => {
      read()
        .catch(() => core.toast('the evidence could not be read again', 'bad'))
        .finally(() => {
          if (!closed) schedule();
        });
    });
  };
  schedule();
  return () => {
    closed = true;
    timer?.cancel();
  };
}

function pictureOf({ fleeting }: ConsolePorts, controller: RunController, adHoc: boolean): RunView {
  return {
    controller,
    state: controller.state(),
    told: 0,
    holder: controller.follower()?.holder ?? null,
    changed: controller.changed(),
    preview: null,
    working: null,
    desk: deskAt(controller.state(), null),
    fleeting: fleeting ?? null,
    adHoc,
  };
}

/**
 * Follows a run: its state is copied into the session on every change, the plan of a leaf is read when
 * the leaf is entered, and the evidence is read again while someone looks at it.
 * @param adHoc asked for at a row, without a runbook of a pack
 */
export function followRun(core: Core, controller: RunController, adHoc = false): RunSession {
  let closed = false;
  let planning: string | null = null;

  const patch = (change: Partial<RunView>) => {
    const { run } = core.session.getState();
    if (closed || run?.controller !== controller) return;
    core.session.setState({ run: { ...run, ...change } });
  };

  const readPreview = (node: string) => {
    if (planning === node) return;
    planning = node;
    core.task('The action could not be previewed', async () => {
      try {
        patch({ preview: { node, plan: await controller.plan() } });
      } finally {
        planning = null;
      }
    });
  };

  const refresh = () => {
    if (closed) return;
    const before = core.session.getState().run;
    patch({
      desk: deskAt(controller.state(), before),
      told: (before?.told ?? 0) + 1,
      state: controller.state(),
      holder: controller.follower()?.holder ?? null,
      changed: controller.changed(),
    });
    const { run } = core.session.getState();
    if (run?.controller !== controller) return;
    if (wantsPreview(run)) readPreview(run.state.current);
    dropBegunDialog(core, run);
  };

  const retry = () => {
    const preview = core.session.getState().run?.preview;
    if (preview && isRefusal(preview.plan)) patch({ preview: null });
    refresh();
  };

  core.session.setState({ run: pictureOf(core.ports, controller, adHoc) });
  const stops = [controller.subscribe(refresh), rereading(core, controller, retry)];
  refresh();
  return {
    controller,
    refresh,
    leave() {
      if (closed) return;
      closed = true;
      for (const stop of stops) stop();
    },
  };
}
