import type { Refusal, RunController } from '../engine/controller.ts';
import type { RunState } from '../engine/state.ts';

/** Steps a run may go through before it counts as going round; no runbook's longest way has as many. */
const MOVES_MAX = 1000;

/** How a run came to its end here. */
export type Ending =
  | { readonly kind: 'finished' }
  | { readonly kind: 'refused'; readonly why: Refusal };

/** An ending for want of somebody, with the mend. */
export const refused = (why: string, mend: string | null = null): Ending => ({
  kind: 'refused',
  why: { refused: why, mend },
});

/**
 * Drives the run until it ends or needs someone.
 * @param advance does what the run needs from its operator now; null when it goes on by itself
 */
export function driveRun(
  controller: RunController,
  advance: (state: RunState) => Promise<Ending | null>,
  signal: AbortSignal,
): Promise<Ending> {
  return new Promise((resolve, reject) => {
    let stepping = false;
    let seen = -1;
    let moves = 0;
    const step = async () => {
      const state = controller.state();
      if (stepping || state.seq === seen) return;
      const other = controller.follower();
      if (other)
        return end(refused(`${other.holder} drives this run`, 'follow it with incidents show'));
      if (moves > MOVES_MAX) return end(refused('The run goes round without an end'));
      stepping = true;
      seen = state.seq;
      const ending = await advance(state);
      stepping = false;
      if (ending) end(ending);
      else if (controller.state().seq !== seen) {
        // A step may lead to itself: turns count, not changes of place.
        moves += 1;
        // Signals and timers have their turn between two moves.
        setImmediate(() => void step().catch(reject));
      }
    };
    const unsubscribe = controller.subscribe(() => void step().catch(reject));
    const end = (ending: Ending) => {
      unsubscribe();
      resolve(ending);
    };
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    void step().catch(reject);
  });
}
