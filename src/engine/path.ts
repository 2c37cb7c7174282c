import type { Evidence } from '../domain/evidence.ts';
import type { CheckStep, Runbook } from '../runbooks/graph.ts';
import type { EngineContext } from './context.ts';
import { readStep } from './evidence.ts';
import type { RunState, Turn } from './state.ts';

/** The newest reading of one step of the path. */
export interface Reading {
  readonly step: CheckStep;
  readonly evidence: Evidence;
  readonly turn: Turn | null;
}

/** The checks whose evidence the current place of a run rests on, in the order they were walked. */
export function checksWalked(runbook: Runbook, state: RunState): readonly CheckStep[] {
  return state.path.flatMap((visit) => {
    const node = runbook.nodes.get(visit.step);
    return node?.kind === 'check' && visit.evidence !== null ? [node] : [];
  });
}

/** Reads every check of the path again, all at once: they are independent reads. */
export function readAgain(
  context: EngineContext,
  runbook: Runbook,
  state: RunState,
  signal: AbortSignal,
): Promise<readonly Reading[]> {
  return Promise.all(
    checksWalked(runbook, state).map(async (step) => ({
      step,
      ...(await readStep(context, step, state, signal)),
    })),
  );
}

/** The first step whose evidence now leads elsewhere than the path went; null when none does. */
export function firstChange(state: RunState, readings: readonly Reading[]): Reading | null {
  for (const reading of readings) {
    const taken = state.path.find((visit) => visit.step === reading.step.id)?.taken;
    if (taken && taken.by === 'recommendation' && reading.turn?.to !== taken.to) return reading;
  }
  return null;
}
