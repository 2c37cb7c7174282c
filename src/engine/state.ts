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

/** One look of a verification: whether it held, and the number drawn beside it. */
export interface Sample {
  /** Epoch ms. */
  readonly at: number;
  readonly holds: boolean;
  /** Of the signal drawn beside it; null when it is not known. */
  readonly value: number | null;
}

export interface Verification {
  /** Which of the leaf's verifications runs, from 0. */
  readonly index: number;
  readonly total: number;
  readonly title: string;
  readonly startedAt: number;
  readonly withinMs: number;
  readonly everyMs: number;
  /** How long it must go on holding; null when once is enough. */
  readonly forMs: number | null;
  /** Since when it has held without a break; null while it does not. */
  readonly holdsSince: number | null;
  /** Id of the signal drawn beside it; null draws none. */
  readonly signal: string | null;
  /** What was seen, oldest first: one entry for each change, and the first. */
  readonly history: readonly Sample[];
  /** The first sample's result, where the condition compares with it. */
  readonly first: unknown;
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

/** A message drafted at a step, and what became of it. */
export interface Message {
  readonly step: string;
  readonly at: number;
  readonly recipients: readonly string[];
  readonly text: string;
  readonly state: 'drafted' | 'sent' | 'copied';
}

export type Phase =
  /** Waiting for values that only the operator can give. */
  | 'input'
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
  /** What was given for the inputs of the runbook and its steps, as text. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly messages: readonly Message[];
  /** What the last verifications after a change said; null when nothing was proved since. */
  readonly proved: boolean | null;
  /** To whom the run was handed over, until someone takes it; null otherwise. */
  readonly handedTo: {
    readonly to: string;
    /** The operator who gave it away. */
    readonly by: string;
    readonly note: string;
    readonly at: number;
  } | null;
  readonly notes: readonly { readonly at: number; readonly by: string; readonly text: string }[];
  readonly outcome: Outcome | null;
  readonly verified: boolean | null;
  readonly endedAt: number | null;
}
