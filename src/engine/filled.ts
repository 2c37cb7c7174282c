import { renderText } from '../templates/template.ts';
import type { EngineContext } from './context.ts';
import { type Place, scopeOf } from './scope.ts';

/** A text of the runbook, filled with what is known where a run stands. */
export function filled(
  context: Pick<EngineContext, 'clock' | 'signals'>,
  place: Place,
  template: string,
): string {
  return renderText(template, scopeOf(context, place));
}
