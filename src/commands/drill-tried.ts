import type { Trial } from '../drills/trials.ts';
import type { RunController } from '../engine/controller.ts';

/**
 * Why a trial in which the fault must not be proved to be gone does not pass; null when it does.
 * @param course the ids of the leaves that the run came to, in their order
 * @param leaf that of the drill: a run that goes on to it is not one of another remedy any more
 */
export function triedFailure(
  trial: Exclude<Trial, { kind: 'follow' | 'left-alone' }>,
  controller: Pick<RunController, 'inputs' | 'state'>,
  course: readonly string[],
  leaf: string,
): string | null {
  const { acts, current, outcome, verified } = controller.state();
  const proved = outcome === 'resolved' && verified === true;
  if (trial.kind === 'not-done') return proved ? 'it was proved, and nothing had been done' : null;
  const from = course.indexOf(trial.leaf);
  const wentOn = from !== -1 && course.indexOf(leaf, from) !== -1;
  if (proved && !wentOn) return `${trial.leaf} was proved to help, which no drill says`;
  // What is given and not taken says that the remedy cannot be applied here.
  const said = trial.script.flatMap(({ at, give }) => (at === current ? Object.keys(give) : []));
  const lacks = controller
    .inputs()
    .filter(({ given, spec, text }) => !given && text === null && !said.includes(spec.id));
  const tried = acts.some((act) => act.leaf === trial.leaf);
  return tried || lacks.length === 0
    ? null
    : `it was not tried: ${current} asks for ${lacks.map(({ spec }) => spec.id).join(', ')}`;
}
