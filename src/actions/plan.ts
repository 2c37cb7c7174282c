import type { Risk } from '../domain/risk.ts';
import type { FrozenTarget } from '../domain/target.ts';
import type { OverLimit } from './policy.ts';

/** What the confirmation dialog shows, frozen when it opened. */
export interface Plan {
  readonly run: string;
  readonly leaf: string;
  readonly title: string;
  readonly region: string;
  readonly action: string;
  readonly risk: Risk;
  readonly targets: readonly FrozenTarget[];
  readonly command: string;
  readonly impact: string;
  readonly notes: readonly string[];
  /** Whole lines to look through: a diff, the files or sessions that go; empty for most. */
  readonly details: readonly string[];
  /** The undo in words, or why there is none. */
  readonly undo: string;
  /** The verifications in words. */
  readonly verify: readonly string[];
  /** The evidence the choice rests on, epoch ms of the oldest; null when it rests on none. */
  readonly evidenceAt: number | null;
  readonly maxEvidenceAgeMs: number;
  /** Who holds the target's lock and what he does; null when it is free. */
  readonly heldBy: string | null;
  /** The limit on changes that is reached; confirming then needs a reason, or is refused. */
  readonly overLimit: OverLimit | null;
  /** What the policy made of the risk, in words; empty when it left it. */
  readonly overrides: readonly string[];
  /** What must be typed to confirm a destructive action; null otherwise. */
  readonly typedName: string | null;
  readonly frozenAt: number;
}

/** A command that was not carried out, and why, in words for the operator. */
export interface Refusal {
  readonly refused: string;
  readonly mend: string | null;
}
