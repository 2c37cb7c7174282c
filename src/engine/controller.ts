import type { Plan, Refusal } from '../actions/plan.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { Runbook } from '../runbooks/graph.ts';
import type { Outcome, RunState, TakenBy, Visit } from './state.ts';

/** What a background walk of a runbook's observing part found. */
export interface Diagnosis {
  readonly runbook: string;
  /** The leaf it reached; null when a step needs the operator or could not be decided. */
  readonly leaf: string | null;
  /** The step or leaf it stands at. */
  readonly at: string;
  readonly path: readonly Visit[];
  /** Checks that decided their turn, of all checks walked. */
  readonly decided: number;
  readonly checks: number;
  /** `decided / checks`, 0 to 1. */
  readonly confidence: number;
  /** The step it is least sure of; null when all decided. */
  readonly leastSure: string | null;
  readonly startedAt: number;
  readonly elapsedMs: number;
}

export type { Plan, Refusal };

/** What an incident's run looks like from the console, and what the operator may ask of it. */
export interface RunController {
  readonly runbook: Runbook;
  state(): RunState;
  subscribe(listener: () => void): () => void;
  /** True while another console drives this run: it is followed, and can be taken over when that one dies. */
  follower(): { readonly holder: string } | null;
  /** Takes the recommended turn, or the one named; at a deciding leaf, ends the run. */
  proceed(to?: string, by?: TakenBy): Promise<Refusal | null>;
  /** Freezes the targets of the current leaf's action; changes nothing. */
  plan(): Promise<Plan | Refusal>;
  /** Confirms exactly this plan; the executor decides. `typed` for destructive ones. */
  confirm(plan: Plan, typed?: string): Promise<Refusal | null>;
  skip(reason: string): Promise<Refusal | null>;
  back(): Promise<Refusal | null>;
  note(text: string): Promise<Refusal | null>;
  /** Plans the undo of the last change, where one is declared. */
  planUndo(): Promise<Plan | Refusal>;
  escalate(): Promise<Refusal | null>;
  stop(outcome: Extract<Outcome, 'stopped' | 'handed-over' | 'watching'>): Promise<Refusal | null>;
  /** Reads the evidence of the current step again. */
  reread(): Promise<void>;
  /** The newest evidence of each step on the path, re-read while it is on the screen. */
  evidence(): readonly Evidence[];
  /** What the evidence says now, when it no longer says what the path rests on; null otherwise. */
  changed(): string | null;
  close(): void;
}
