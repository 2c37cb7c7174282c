import type { Core } from './core.ts';
import { entering } from './places.ts';
import { followRun, type RunSession } from './run-session.ts';

/** Opens runs, and keeps at most one of them with the screen. */
export interface RunOpener {
  /** Shows the run of this runbook: the one at hand, or one opened now. */
  open(runbook: string): void;
  /** The wizard was left: a finished run is let go. */
  left(): void;
  close(): void;
}

export function createRunOpener(core: Core): RunOpener {
  let current: RunSession | null = null;

  const shut = () => {
    current?.close();
    current = null;
    core.session.setState({ run: null });
  };

  const openNow = async (runbook: string) => {
    core.toast('opening the runbook…');
    const opened = await core.ports.openRun(runbook);
    if ('refused' in opened) {
      const { refused, mend } = opened;
      core.message({ tone: 'bad', title: 'The runbook is not opened', text: refused, mend });
      return;
    }
    shut();
    core.session.setState((state) => ({
      ...entering(state, { screen: 'wizard' }),
      frozen: null,
      toast: null,
    }));
    current = followRun(core, opened);
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
    left() {
      if (core.session.getState().run?.state.phase === 'finished') shut();
    },
    close: () => current?.close(),
  };
}
