import type { Operator } from '../domain/operator.ts';
import type { Risk } from '../domain/risk.ts';
import type { FrozenTarget } from '../domain/target.ts';

type ActionState =
  /** Written before anything is done. */
  | 'intended'
  | 'started'
  | 'done'
  | 'failed'
  | 'refused'
  /** The runner died after it began: checked, never repeated by itself. */
  | 'unknown'
  /** Proved never to have begun. */
  | 'not-done';

/** An action of this run, from intent to outcome. */
export interface Act {
  readonly intent: string;
  readonly leaf: string;
  readonly action: string;
  readonly command: string;
  readonly targets: readonly FrozenTarget[];
  readonly risk: Risk;
  readonly by: Operator;
  readonly intendedAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly state: ActionState;
  /** Outcome in words. */
  readonly message: string | null;
  readonly output: readonly string[];
  /** Figures the action returned; null when it returned none. */
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly undoOf: string | null;
}

/** A number shown before and after: signal id with labels → formatted value. */
export type Readings = Readonly<Record<string, string>>;
