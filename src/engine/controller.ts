import type { Plan, Refusal } from '../actions/plan.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { Runbook } from '../runbooks/graph.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { WantedInput } from './inputs.ts';
import type { Outcome, RunState, TakenBy } from './state.ts';
import type { Upcoming } from './upcoming.ts';

export type { Diagnosis, Plan, Refusal, WantedInput };

/** What an incident's run looks like from the console, and what the operator may ask of it. */
export interface RunController {
  readonly runbook: Runbook;
  state(): RunState;
  subscribe(listener: () => void): () => void;
  /** Who drives this run instead: it is followed, and can be taken over when that one dies or yields. */
  follower(): { readonly holder: string } | null;
  /** Takes the recommended turn, or the one named; at a deciding leaf or an end, ends the run. */
  proceed(to?: string, by?: TakenBy): Promise<Refusal | null>;
  /** Enters any step of the runbook; it is not left again unasked. */
  jump(step: string): Promise<Refusal | null>;
  /** Gives values for the inputs of this place, by id; the step is then read, or read anew. */
  give(values: Readonly<Record<string, string>>): Promise<Refusal | null>;
  /** The inputs of this place with what is given, else their defaults filled in. */
  inputs(): readonly WantedInput[];
  /** What may be chosen for an input, from its list or its probe; null when it is free. */
  choices(input: string): Promise<readonly string[] | Refusal | null>;
  /**
   * Freezes the targets of the current leaf's action, or of the sending of a step's message; changes
   * nothing.
   */
  plan(): Promise<Plan | Refusal>;
  /**
   * Confirms exactly this plan; the executor decides.
   * @param typed the target's name, for destructive ones
   * @param breakGlass why the limit on changes is passed, where the plan says that it is reached
   */
  confirm(plan: Plan, typed?: string, breakGlass?: string): Promise<Refusal | null>;
  skip(reason: string): Promise<Refusal | null>;
  back(): Promise<Refusal | null>;
  note(text: string): Promise<Refusal | null>;
  /** Records that the message of this step was copied, to be sent by hand. */
  copied(): Promise<Refusal | null>;
  /** Plans the undo of the last change, where one is declared; also of a run that has ended. */
  planUndo(): Promise<Plan | Refusal>;
  /** Ends this console's drive; the incident stays open until another console takes the run. */
  handOver(to: string, note: string): Promise<Refusal | null>;
  /** Drives a run that was handed over. */
  takeOver(): Promise<Refusal | null>;
  escalate(): Promise<Refusal | null>;
  stop(outcome: Extract<Outcome, 'stopped' | 'handed-over' | 'watching'>): Promise<Refusal | null>;
  /** What could come next from here, the recommended first, each with its risk. */
  upcoming(): readonly Upcoming[];
  /** A text of the runbook, filled with what is known at this moment. */
  filled(template: string): string;
  /** Reads the evidence of the current step again. */
  reread(): Promise<void>;
  /** The newest evidence of each step on the path, re-read while it is on the screen. */
  evidence(): readonly Evidence[];
  /** Of one step: its raw answers, those shown beside it among them. */
  answersOf(step: string): readonly Evidence[];
  /** What the evidence says now, when it no longer says what the path rests on; null otherwise. */
  changed(): string | null;
  close(): void;
}
