import type { Program } from '../composition/compose.ts';
import { sourcesOf } from '../live/selectors.ts';

/**
 * Why nothing can be said of the region: its container engine has not answered, and every address is
 * found through it.
 * @returns the error with its mend; null when the engine has answered
 */
export function lostEngine(program: Program): string | null {
  const state = program.live.store.getState();
  const engine = sourcesOf(state, 'containers')[0];
  if (!engine || engine.observedAt !== null) return null;
  const { error } = engine;
  if (error === null)
    return 'The container engine has not answered yet; try again, or raise --wait';
  return [error.message, error.mend].filter(Boolean).join('; ');
}
