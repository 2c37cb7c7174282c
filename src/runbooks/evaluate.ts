import { renderText } from '../templates/template.ts';
import type { Scope } from './condition.ts';
import type { AskStep, Branch, CheckStep, GatherStep } from './graph.ts';

/** The way out of a step that its conditions name. */
export interface BranchTurn {
  readonly to: string;
  readonly because: string;
  /** False when a condition before it could not be decided, so that the turn rests on less. */
  readonly sure: boolean;
  /** Why conditions could not be decided, in the order of the branches. */
  readonly undecided: readonly string[];
}

/**
 * Decides a step from its evidence, in the order of the branches: the first whose condition holds,
 * else, in a check or a gather, the branch without a condition. In an ask a branch without a condition is only an
 * offer, so nothing is recommended when no condition holds.
 * @param scope `result` is absent when the probe failed: every condition on it is then undecided
 * @returns null when nothing can be recommended
 */
export function evaluateBranches(
  step: CheckStep | GatherStep | AskStep,
  scope: Scope,
): BranchTurn | null {
  const undecided: string[] = [];
  for (const branch of step.branches) {
    if (branch.when === null) continue;
    const verdict = branch.when.evaluate(scope);
    if (verdict.kind === 'undecided') undecided.push(verdict.reason);
    else if (verdict.holds) return turn(branch, scope, undecided);
  }
  const otherwise = step.branches.find((branch) => branch.when === null);
  return step.kind !== 'ask' && otherwise !== undefined ? turn(otherwise, scope, undecided) : null;
}

function turn(branch: Branch, scope: Scope, undecided: readonly string[]): BranchTurn {
  return {
    to: branch.to,
    because: renderText(branch.because, scope),
    sure: undecided.length === 0,
    undecided,
  };
}
