import type { Answer, Drill } from '../drills/drill.ts';
import type { RunController } from '../engine/controller.ts';
import type { RunState } from '../engine/state.ts';
import { type Ending, refused } from './drive-run.ts';

/** How the region of a drill is changed: by what breaks, and by what people do there. */
export type Break = (fault: string) => Promise<void>;

/** Carries out what stands there, whatever its risk: nothing of it is real. */
async function act(controller: RunController): Promise<Ending | null> {
  const plan = await controller.plan();
  if ('refused' in plan) return { kind: 'refused', why: plan };
  const why = await controller.confirm(plan, plan.typedName ?? undefined);
  return why === null ? null : { kind: 'refused', why };
}

/** Gives what is asked for here from the script, else as the runbook presets it. */
async function give(controller: RunController, answer: Answer | null): Promise<Ending | null> {
  const wanted = controller.inputs().filter(({ given }) => !given);
  const values = wanted.map(({ spec, text }) => [spec.id, answer?.give[spec.id] ?? text]);
  const missing = values.flatMap(([id, text]) => (text === null ? [id] : []));
  const at = controller.state().current;
  if (missing.length > 0) return refused(`${at} asks for ${missing.join(', ')}`);
  const why = await controller.give(Object.fromEntries(values));
  return why === null ? null : { kind: 'refused', why };
}

async function decide(
  controller: RunController,
  state: RunState,
  answer: Answer | null,
  breaks: Break,
): Promise<Ending | null> {
  const node = controller.runbook.nodes.get(state.current);
  if (node?.kind === 'notify') await controller.copied();
  const said = answer !== null && (answer.take !== null || answer.done);
  const sure = state.path.at(-1)?.recommended?.sure === true && node?.kind !== 'checklist';
  if (!said && !sure && node?.kind !== 'notify') {
    const mend = `say in the script of the drill what to do at ${state.current}`;
    return refused(`An operator must decide: ${node?.title ?? state.current}`, mend);
  }
  if (answer?.happens != null) await breaks(answer.happens);
  const by = said ? 'operator' : 'recommendation';
  const why = await controller.proceed(answer?.take ?? undefined, by);
  return why === null ? null : { kind: 'refused', why };
}

/** The answers of a script, in turn where one place is come to again; the last of them from then on. */
function answersOf(script: Drill['script']) {
  const given = new Map<string, number>();
  return {
    at(place: string): Answer | null {
      const all = script.filter(({ at }) => at === place);
      return all[Math.min(given.get(place) ?? 0, all.length - 1)] ?? null;
    },
    taken: (place: string) => void given.set(place, (given.get(place) ?? 0) + 1),
  };
}

/**
 * The operator of a drill: follows what is recommended, and its script where nothing is.
 * @param breaks lets happen in the region what people do by hand
 * @param remedy the leaf that is gone to instead, as soon as the checks have been read; null follows them
 */
export function drillOperator(
  controller: RunController,
  { script }: Pick<Drill, 'script'>,
  breaks: Break,
  remedy: string | null = null,
): (state: RunState) => Promise<Ending | null> {
  let strays = remedy !== null;
  const answers = answersOf(script);
  return async (state) => {
    if (strays && remedy !== null && ['leaf', 'deciding'].includes(state.phase)) {
      strays = false;
      const why = await controller.jump(remedy);
      return why === null ? null : { kind: 'refused', why };
    }
    const answer = answers.at(state.current);
    const node = controller.runbook.nodes.get(state.current);
    switch (state.phase) {
      case 'finished':
        return { kind: 'finished' };
      case 'input':
        return give(controller, answer);
      case 'deciding':
        answers.taken(state.current);
        return decide(controller, state, answer, breaks);
      case 'leaf': {
        if (node?.kind === 'do') return act(controller);
        // It ends by itself.
        if (node?.kind === 'end') return null;
        const why = await controller.proceed(undefined, 'recommendation');
        return why === null ? null : { kind: 'refused', why };
      }
      case 'stuck': {
        if (answer?.take != null) {
          const why = await controller.proceed(answer.take, 'operator');
          return why === null ? null : { kind: 'refused', why };
        }
        const last = state.acts.at(-1);
        const words = last === undefined ? '' : `${last.command}: ${last.message ?? last.state}`;
        if (last !== undefined && last.state !== 'done') return refused(words);
        const latest = state.verification?.latest;
        const title = state.verification?.title ?? state.current;
        return refused(`not verified: ${title}${latest == null ? '' : `; ${latest}`}`);
      }
      default:
        return null;
    }
  };
}
