import type { Runbook } from '../runbooks/graph.ts';
import type { EngineContext } from './context.ts';
import { type ReadStep, readStep, type StepAnswer } from './evidence.ts';
import type { RunState } from './state.ts';

/** The newest reading of one step of the path. */
export interface Reading extends StepAnswer {
  readonly step: ReadStep;
}

/**
 * Where on the path the last change was done at another leaf than the current, by this console or, as a leaf
 * has proved, by people; or -1. What was read before it told of a world that the change was to end. One that
 * was taken back does not count.
 */
function lastChangedAt({ nodes }: Runbook, { acts, current, path }: RunState): number {
  const undone = acts.flatMap(({ state, undoOf }) => (state === 'done' ? [undoOf] : []));
  const leaves = acts
    .filter(
      ({ intent, state, undoOf }) =>
        state === 'done' && undoOf === null && !undone.includes(intent),
    )
    .map(({ leaf }) => leaf);
  const changes = (step: string) => leaves.includes(step) || nodes.get(step)?.kind === 'verify';
  return path.findLastIndex(({ step }) => step !== current && changes(step));
}

/** The steps whose evidence the current place of a run rests on, in the order they were walked. */
export function stepsRead(runbook: Runbook, state: RunState): readonly ReadStep[] {
  return state.path.slice(lastChangedAt(runbook, state) + 1).flatMap((visit) => {
    const node = runbook.nodes.get(visit.step);
    const isRead = node?.kind === 'check' || node?.kind === 'gather';
    return isRead && visit.evidence !== null ? [node] : [];
  });
}

const STEPS = /\bsteps\b/;

/** Whether reading or deciding a step rests on what other steps found. */
function restsOnOthers(step: ReadStep): boolean {
  const asked = step.kind === 'check' ? [step.with] : step.probes.map((shown) => shown.with);
  const words = step.branches.flatMap(({ when, because }) => [when?.text ?? '', because]);
  return [...asked.map((input) => JSON.stringify(input)), ...words].some((text) =>
    STEPS.test(text),
  );
}

/**
 * Reads every step of the path again: those that stand alone all at once, then, in their order, those
 * that rest on what others found, with what these found now.
 */
export async function readAgain(
  context: EngineContext,
  runbook: Runbook,
  state: RunState,
  signal: AbortSignal,
): Promise<readonly Reading[]> {
  const readOne = async (step: ReadStep, fresh: Readonly<Record<string, unknown>>) => ({
    step,
    ...(await readStep(context, step, { runbook, run: state, fresh }, signal)),
  });
  const steps = stepsRead(runbook, state);
  const alone = steps.filter((step) => !restsOnOthers(step));
  const readings: Reading[] = await Promise.all(alone.map((step) => readOne(step, {})));
  for (const step of steps) {
    if (restsOnOthers(step)) readings.push(await readOne(step, freshResults(readings)));
  }
  return readings.toSorted((a, b) => steps.indexOf(a.step) - steps.indexOf(b.step));
}

/** The first step whose evidence now leads elsewhere than the path went; null when none does. */
export function firstChange(state: RunState, readings: readonly Reading[]): Reading | null {
  for (const reading of readings) {
    const taken = state.path.find((visit) => visit.step === reading.step.id)?.taken;
    if (taken && taken.by === 'recommendation' && reading.turn?.to !== taken.to) return reading;
  }
  return null;
}

/** The results just read, by step, as `steps` has them. */
export function freshResults(readings: readonly Reading[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    readings.flatMap(({ step, evidence, result }) =>
      evidence.error === null ? [[step.id, result] as const] : [],
    ),
  );
}
