import type { RunController } from '../engine/controller.ts';
import type { Phase } from '../engine/state.ts';
import type { Core } from './core.ts';

/** Phases in which a run goes on by itself, looked at or not. */
const underWay: ReadonlySet<Phase> = new Set(['acting', 'unknown', 'verifying']);
/** Runs that are kept so; beyond, the first one is let go, and stands where it is in the journal. */
const ASIDE_MAX = 8;

/** Runs whose action or proof is under way while another one is on the screen. */
export interface RunsAside {
  /** Lets a run go on until its action and its proof have ended; closes it at once where none is. */
  put(controller: RunController): void;
  /** Takes one back that fits; null where none does. */
  take(fits: (controller: RunController) => boolean): RunController | null;
  close(): void;
}

export function createRunsAside(core: Core): RunsAside {
  const kept = new Map<RunController, () => void>();

  const release = (controller: RunController) => {
    kept.get(controller)?.();
    kept.delete(controller);
  };
  const end = (controller: RunController) => {
    if (!kept.has(controller)) return;
    release(controller);
    controller.close();
  };

  return {
    put(controller) {
      if (!underWay.has(controller.state().phase)) {
        controller.close();
        return;
      }
      const [first] = kept.keys();
      if (kept.size >= ASIDE_MAX && first !== undefined) end(first);
      const unsubscribe = controller.subscribe(() => {
        if (underWay.has(controller.state().phase)) return;
        // It is in the middle of telling of itself: it is closed after that.
        core.ports.clock.after(0, () => end(controller));
      });
      kept.set(controller, unsubscribe);
    },
    take(fits) {
      const found = [...kept.keys()].find(fits) ?? null;
      if (found !== null) release(found);
      return found;
    },
    close() {
      for (const controller of [...kept.keys()]) end(controller);
    },
  };
}
