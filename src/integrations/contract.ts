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
  /** All services of the role, `service` among them; absent means that one only. */
  readonly services?: readonly string[];
  /** How it was found; a likeness is a guess, and is shown as one. Absent means by its exact name. */
  readonly found?: 'exact' | 'label' | 'likeness';
}

/** One point of a signal's history. `at` is epoch ms. */
export interface SignalPoint {
  readonly at: number;
  readonly value: number;
}

/** The history of one signal for one set of labels, oldest first. */
export interface SignalSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly SignalPoint[];
}

/** What the region's own live data says. */
export interface LiveView {
  /** What conditions see as `signals`. */
  signals(): Readonly<Record<string, unknown>>;
  /**
   * The kept history of a signal, one series for each set of labels, and for each instance where only the
   * largest or the smallest is told; empty when it is not known.
   */
  series(signal: string): readonly SignalSeries[];
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
  /** Absent in a runner, which has no live data of its own. */
  readonly live?: LiveView;
}

/** One thing a probe or action relies on in the live region, and whether it is there. */
export interface Need {
  /** In words an operator knows, e.g. `table inference_logs`, `command docker compose`. */
  readonly what: string;
  /** What stands for it; null when nothing was found. */
  readonly found: string | null;
  readonly state: 'ok' | 'guessed' | 'missing' | 'forbidden' | 'unknown';
  /** What it probably means instead, or how to mend it. */
  readonly suggestion: string | null;
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
  /** What it relies on in this region, looked up without changing anything. */
  needs?(input: z.output<I>, context: RunContext): Promise<readonly Need[]>;
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
  /** Whole lines to look through before confirming: a diff, the files or sessions that go. */
  readonly details?: readonly string[];
  /**
   * The input narrowed to exactly what was found, e.g. the sessions a condition chose; carried out and
   * recorded instead of what was asked, so that a later look finds the same targets. Absent means as asked.
   */
  readonly input?: Readonly<Record<string, unknown>>;
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

/** A row of a panel for which an operator asks what can be done. */
export type OfferRow =
  | {
      readonly kind: 'container';
      readonly id: string;
      readonly name: string;
      readonly project: string | null;
      readonly service: string | null;
      readonly state: string;
    }
  | {
      readonly kind: 'session';
      /** Name of the database source the session was seen by. */
      readonly source: string;
      readonly pid: number;
      /** The server's own text, so that nothing of it is lost. */
      readonly backendStart: string;
      readonly state: string;
    };

/** What a row of a panel is offered by an action, without a runbook. */
export interface Offer {
  readonly on: OfferRow['kind'];
  /** The imperative shown in the list, e.g. `Restart`. */
  readonly title: string;
  /** The action's input for this row; null where it makes no sense for it. */
  input(row: OfferRow): Readonly<Record<string, unknown>> | null;
}

/** A change a runbook can make. Only the executor's runner calls `run`. */
export interface Action<I extends z.ZodType = z.ZodType> {
  readonly id: string;
  readonly title: string;
  readonly risk: Exclude<Risk, 'observe'>;
  readonly input: I;
  /** The shape of what `run` returns; absent when it returns nothing. */
  readonly output?: z.ZodType;
  readonly undo: Undo;
  readonly offers?: readonly Offer[];
  readonly timeoutMs: number;
  /** Reads the targets' identities and the words of the dialog; changes nothing. */
  preview(input: z.output<I>, context: RunContext): Promise<Preview>;
  /** What it relies on in this region, looked up without changing anything. */
  needs?(input: z.output<I>, context: RunContext): Promise<readonly Need[]>;
  /**
   * Makes the change on exactly these targets.
   * @returns figures worth keeping, as `output` says, e.g. `{ deleted: 4211 }`; recorded in the journal
   * @throws OperatorError when it failed
   */
  run(
    input: z.output<I>,
    targets: readonly FrozenTarget[],
    context: ActionContext,
    // biome-ignore lint/suspicious/noConfusingVoidType: most actions return nothing
  ): Promise<Readonly<Record<string, unknown>> | void>;
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
