import { atMost, type Risk } from '../domain/risk.ts';
import type { Refusal } from './plan.ts';

/** What this console may change at all. */
export interface Policy {
  readonly readOnly: boolean;
  /** The riskiest action allowed; `destructive` allows all. */
  readonly maxRisk: Risk;
}

/** Why the policy forbids an action of this risk; null when it does not. */
export function forbidden(policy: Policy, risk: Risk): Refusal | null {
  if (risk === 'observe') return null;
  if (policy.readOnly) {
    return {
      refused: 'This console is read-only: nothing is changed from here',
      mend: 'start it without --read-only, or hand the command to someone who may',
    };
  }
  if (!atMost(risk, policy.maxRisk)) {
    return {
      refused: `The policy of this region allows actions up to ${policy.maxRisk}; this one is ${risk}`,
      mend: 'ask whoever owns the region’s configuration',
    };
  }
  return null;
}
