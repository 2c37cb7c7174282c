import type { Refusal, RunController } from '../engine/controller.ts';
import type { Core } from './core.ts';
import type { RunView } from './session.ts';

/** Tells what was not carried out, and why. */
function refuse(core: Core, { refused, mend }: Refusal): void {
  core.message({ tone: 'bad', title: 'Not done', text: refused, mend });
}

/** Changes the session's picture of a run while it is the one on the screen. */
export function patchRun(
  core: Core,
  controller: RunController,
  change: (run: RunView) => Partial<RunView>,
): void {
  core.session.setState(({ run }) =>
    run?.controller === controller ? { run: { ...run, ...change(run) } } : {},
  );
}

/**
 * Runs one request on the run, saying meanwhile what is awaited.
 * @param refused hears of a refusal; by default it becomes a message
 */
export function ask(
  core: Core,
  words: string,
  request: (controller: RunController) => Promise<Refusal | null>,
  refused: (refusal: Refusal) => void = (refusal) => refuse(core, refusal),
): void {
  const { run } = core.session.getState();
  if (run === null) return;
  const { controller } = run;
  core.task('That could not be done', async () => {
    patchRun(core, controller, () => ({ working: words }));
    try {
      const refusal = await request(controller);
      if (refusal !== null) refused(refusal);
    } finally {
      patchRun(core, controller, () => ({ working: null }));
    }
  });
}
