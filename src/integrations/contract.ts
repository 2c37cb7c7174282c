import type { z } from 'zod';
import type { Clock } from '../domain/clock.ts';
import type { Risk } from '../domain/risk.ts';
import type { FrozenTarget } from '../domain/target.ts';

/**
 * Where a role of the pack lives in this region. Resolved against what is live, never cached by the
 * one who asks.
 */
export interface Binding {
  readonly role: string;
  /** The compose project and service the role is bound to. */
  readonly project: string;
  readonly service: string;
}

/** An address that can be dialled from this host right now. */
export interface Address {
  readonly host: string;
  readonly port: number;
  /** How it was found, for error words: `container falcon-redis`, `published port`. */
  readonly via: string;
}

/** What a probe or action may know of the region it runs in. */
export interface RunContext {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Throws OperatorError('missing') naming the nearest candidates. */
  bind(role: string): Binding;
  /** Throws OperatorError with the reason: no such container, not running, no address. */
  address(role: string, port: number): Promise<Address>;
}

/** A read a runbook can ask for. Probes change nothing and run unasked. */
export interface Probe<I extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> {
  /** `integration.noun`, e.g. `docker.container`. */
  readonly id: string;
  readonly title: string;
  readonly input: I;
  /** The shape conditions and templates may use as `result`. */
  readonly result: R;
  /** The equivalent command in the words of the tool operators know. */
  command(input: z.output<I>, context: Pick<RunContext, 'bind'>): string;
  /** @throws OperatorError when the target cannot be reached; an absent thing is a result, not an error. */
  read(input: z.output<I>, context: RunContext): Promise<z.output<R>>;
}

type Undo =
  | { readonly kind: 'irreversible'; readonly why: string }
  /** An action that takes the change back; `with` may name recorded values as `{{before.name}}`. */
  | {
      readonly kind: 'action';
      readonly action: string;
      readonly with: Readonly<Record<string, unknown>>;
    };

/** What an action would do, said before it is done. */
export interface Preview {
  readonly targets: readonly FrozenTarget[];
  /** The equivalent command, e.g. `docker compose -p falcon restart redis`. */
  readonly command: string;
  /** Further facts that bound the blast radius, e.g. `deletes 4,211 keys`. */
  readonly notes: readonly string[];
  /** Values worth keeping to take the change back; recorded in the journal. */
  readonly before: Readonly<Record<string, string>>;
}

export interface ActionContext extends RunContext {
  /** A line of output for the journal and the screen; sanitized and redacted by the caller. */
  output(line: string): void;
}

/** Did an action whose outcome is unknown happen? */
export type Settlement = {
  readonly state: 'done' | 'not-done' | 'unknown';
  readonly because: string;
};

/** A change a runbook can make. Only the executor's runner calls `run`. */
export interface Action<I extends z.ZodType = z.ZodType> {
  readonly id: string;
  readonly title: string;
  readonly risk: Exclude<Risk, 'observe'>;
  readonly input: I;
  readonly undo: Undo;
  readonly timeoutMs: number;
  /** Reads the targets' identities and the words of the dialog; changes nothing. */
  preview(input: z.output<I>, context: RunContext): Promise<Preview>;
  /** Makes the change on exactly these targets. Throws OperatorError when it failed. */
  run(input: z.output<I>, targets: readonly FrozenTarget[], context: ActionContext): Promise<void>;
  /** After a runner died: decides from the world whether the change was made since `startedAt`. */
  settle(
    input: z.output<I>,
    targets: readonly FrozenTarget[],
    startedAt: number,
    context: RunContext,
  ): Promise<Settlement>;
}

/** Declares a probe with its input and result types kept. */
export function defineProbe<I extends z.ZodType, R extends z.ZodType>(probe: Probe<I, R>): Probe {
  return probe as unknown as Probe;
}

/** Declares an action with its input type kept. */
export function defineAction<I extends z.ZodType>(action: Action<I>): Action {
  return action as unknown as Action;
}
