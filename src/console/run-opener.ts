import type { Refusal, RunController } from '../engine/controller.ts';
import type { Core } from './core.ts';
import type { RowOffer } from './offers.ts';
import { entering, leaving } from './places.ts';
import { createRunsAside } from './run-aside.ts';
import { createConfirmCommands } from './run-confirm.ts';
import { followRun, type RunSession } from './run-session.ts';
import type { RunView } from './session.ts';

/** Opens runs, and keeps at most one of them on the screen; what is under way in another one goes on. */
export interface RunOpener {
  /** Shows the run of this runbook: the one at hand, or one opened now. */
  open(runbook: string): void;
  /** Opens the run of a change offered at a row, and its dialog. */
  openOffer(offer: RowOffer): void;
  /** Ends an ad-hoc run whose dialog was left with nothing done, and goes back to the row. */
  abandon(): void;
  /** The wizard was left: a finished run is let go. */
  left(): void;
  close(): void;
}

/** Nothing was intended yet, and nothing stands in the way of doing it. */
const isUntouched = ({ state, holder }: RunView): boolean =>
  state.phase === 'leaf' && state.acts.length === 0 && holder === null;

export function createRunOpener(core: Core): RunOpener {
  let current: RunSession | null = null;
  const aside = createRunsAside(core);

  const shut = () => {
    const left = current;
    current = null;
    left?.leave();
    core.session.setState({ run: null });
    if (left !== null) aside.put(left.controller);
  };

  const show = (opened: RunController | Refusal, title: string, adHoc: boolean) => {
    if ('refused' in opened) {
      const { refused, mend } = opened;
      core.message({ tone: 'bad', title, text: refused, mend });
      return;
    }
    shut();
    core.session.setState((state) => ({
      ...entering(state, { screen: 'wizard' }),
      frozen: null,
      toast: null,
    }));
    const before = aside.take((controller) => controller.state().id === opened.state().id);
    if (before !== null) opened.close();
    current = followRun(core, before ?? opened, adHoc);
  };

  const openNow = async (runbook: string) => {
    const before = aside.take((controller) => controller.runbook.id === runbook);
    if (before !== null) return show(before, '', false);
    core.toast('opening the runbook…');
    show(await core.ports.openRun(runbook), 'The runbook is not opened', false);
  };

  const offerNow = async (offer: RowOffer) => {
    const opened = await core.ports.openOffer?.(offer);
    if (opened === undefined) return;
    show(opened, 'The action is not opened', true);
    const { run } = core.session.getState();
    // A run of the same change that is under way is shown as it stands.
    if (run?.adHoc === true && isUntouched(run)) createConfirmCommands(core).plan(run);
  };

  let opening = false;
  return {
    open(runbook) {
      const { run } = core.session.getState();
      if (run?.controller.runbook.id === runbook && run.state.phase !== 'finished') {
        core.session.setState((state) => ({
          ...entering(state, { screen: 'wizard' }),
          frozen: null,
        }));
        return;
      }
      if (opening) return;
      opening = true;
      core.task('The runbook could not be opened', () =>
        openNow(runbook).finally(() => {
          opening = false;
        }),
      );
    },
    openOffer(offer) {
      if (opening) return;
      opening = true;
      core.task('The action could not be opened', () =>
        offerNow(offer).finally(() => {
          opening = false;
        }),
      );
    },
    abandon() {
      const { run } = core.session.getState();
      if (run === null || !run.adHoc || !isUntouched(run)) return;
      core.task('The run could not be ended', async () => {
        const refused = await run.controller.stop('stopped');
        if (refused !== null || core.session.getState().run?.controller !== run.controller) return;
        core.session.setState((state) => leaving(state));
        shut();
      });
    },
    left() {
      if (core.session.getState().run?.state.phase === 'finished') shut();
    },
    close() {
      aside.close();
      current?.leave();
      current?.controller.close();
    },
  };
}
