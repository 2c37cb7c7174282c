import type { Act, Readings } from '../actions/act.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { Operator } from '../domain/operator.ts';

/** The turn a step's conditions name, with its reason filled in from the evidence. */
export interface Turn {
  /** Id of the step or leaf it leads to. */
  readonly to: string;
  readonly because: string;
  /** False when a condition of this step could not be evaluated, so the turn rests on less. */
  readonly sure: boolean;
}

export type TakenBy = 'recommendation' | 'operator';

/** One step of the path walked so far. */
export interface Visit {
  readonly step: string;
  readonly enteredAt: number;
  /** The operator came back to it: it is not left again unasked. */
  readonly held: boolean;
  readonly evidence: Evidence | null;
  /** What the console would do here; null when it cannot say. */
  readonly recommended: Turn | null;
  readonly taken: (Turn & { readonly by: TakenBy; readonly overridden: boolean }) | null;
  /** Why it was skipped; null if it was not. */
  readonly skipped: string | null;
}

export type { Act, Readings };

export interface Verification {
  /** Which of the leaf's verifications runs, from 0. */
  readonly index: number;
  readonly total: number;
  readonly title: string;
  readonly startedAt: number;
  readonly withinMs: number;
  readonly samples: number;
  /** What the last sample said. */
  readonly latest: string | null;
  readonly before: Readings;
  readonly now: Readings;
  readonly state: 'running' | 'passed' | 'failed';
}

export type Outcome =
  | 'resolved'
  | 'watching'
  | 'handed-over'
  | 'escalated'
  | 'false-alarm'
  | 'stopped';

export type Phase =
  /** Reading the evidence of the current step. */
  | 'observing'
  /** At a step whose turn the operator must choose, or may. */
  | 'deciding'
  /** At a leaf: what it would do is on the screen, nothing is done yet. */
  | 'leaf'
  | 'acting'
  /** An action's outcome is not known and is being checked. */
  | 'unknown'
  | 'verifying'
  /** The action failed, or its verification did: retry, undo, another branch, escalate. */
  | 'stuck'
  | 'finished';

/** A run: the fold of its journal events, nothing else. */
export interface RunState {
  readonly id: string;
  readonly incident: string;
  readonly runbook: string;
  readonly region: string;
  readonly startedAt: number;
  readonly startedBy: Operator;
  /** The last journal event folded in. */
  readonly seq: number;
  readonly phase: Phase;
  /** Id of the current step or leaf. */
  readonly current: string;
  readonly path: readonly Visit[];
  readonly acts: readonly Act[];
  readonly verification: Verification | null;
  readonly notes: readonly { readonly at: number; readonly by: string; readonly text: string }[];
  readonly outcome: Outcome | null;
  readonly verified: boolean | null;
  readonly endedAt: number | null;
}
