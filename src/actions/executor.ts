import type { Operator } from '../domain/operator.ts';
import { asOperatorError } from '../domain/operator-error.ts';
import { atMost, type Risk, raised } from '../domain/risk.ts';
import { event } from '../incidents/events.ts';
import type { Action, Preview } from '../integrations/contract.ts';
import type { Readings } from './act.ts';
import type { ChangeContext } from './context.ts';
import { describeHolder, heldBy } from './locks.ts';
import type { Plan, Refusal } from './plan.ts';
import { forbidden, type Policy } from './policy.ts';

/** What a leaf, an undo or a panel asks to have done. */
export interface ChangeRequest {
  readonly run: string;
  readonly incident: string;
  readonly leaf: string;
  readonly title: string;
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Raised by the runbook; never below the action's own. */
  readonly risk: Risk;
  readonly impact: string;
  readonly irreversible: string | null;
  readonly verify: readonly string[];
  readonly evidenceAt: number | null;
  readonly maxEvidenceAgeMs: number;
  readonly undoOf: string | null;
}

/** A plan with what the journal needs of it and the dialog does not show. */
export interface PreparedChange {
  readonly plan: Plan;
  readonly request: ChangeRequest;
  readonly preview: Preview;
}

interface Confirmation {
  /** The name typed for a destructive action. */
  readonly typed: string | null;
  /** The run's last event the operator had seen: anything newer refuses the change. */
  readonly seenSeq: number;
  readonly operator: Operator;
  readonly readings: Readings;
}

/** The only gate through which anything is changed. */
export interface Executor {
  /** Reads targets and words for the dialog; changes nothing. */
  prepare(request: ChangeRequest, signal: AbortSignal): Promise<PreparedChange | Refusal>;
  /** Writes the intent and sends the runner, or says why not. */
  submit(change: PreparedChange, confirmation: Confirmation): Refusal | null;
}

export interface ExecutorOptions {
  readonly context: ChangeContext;
  readonly policy: Policy;
  readonly newId: () => string;
  /** Starts the detached runner for an intent that is already in the journal. */
  readonly startRunner: (intent: string) => void;
}

const refuse = (refused: string, mend: string | null = null): Refusal => ({ refused, mend });

function undoWords(action: Action, request: ChangeRequest): string {
  if (request.undoOf !== null) return 'this is an undo';
  if (action.undo.kind === 'irreversible')
    return `none: ${request.irreversible ?? action.undo.why}`;
  return `u takes it back (${action.undo.action})`;
}

/** @returns the gate for one region */
export function createExecutor({ context, policy, newId, startRunner }: ExecutorOptions): Executor {
  const { clock, catalogue, region } = context;

  async function prepare(request: ChangeRequest, signal: AbortSignal) {
    const action = catalogue.action(request.action);
    if (!action) return refuse(`There is no action named ${request.action}`);
    const risk = raised(action.risk, request.risk);
    let preview: Preview;
    try {
      const input = action.input.parse(request.input);
      preview = await action.preview(input, context.reach(signal));
    } catch (thrown) {
      const { message, mend } = asOperatorError(thrown);
      return refuse(message, mend);
    }
    const now = clock.now();
    const holder = context.journal.transact((tx) => heldBy(tx, region.name, preview.targets));
    const plan: Plan = {
      run: request.run,
      leaf: request.leaf,
      title: request.title,
      region: region.name,
      action: action.id,
      risk,
      targets: preview.targets,
      command: preview.command,
      impact: request.impact,
      notes: preview.notes,
      undo: undoWords(action, request),
      verify: request.verify,
      evidenceAt: request.evidenceAt,
      maxEvidenceAgeMs: request.maxEvidenceAgeMs,
      heldBy: holder && describeHolder(holder, now),
      typedName: atMost('destructive', risk) ? (preview.targets[0]?.name ?? null) : null,
      frozenAt: now,
    };
    return { plan, request, preview };
  }

  function judge({ plan }: PreparedChange, confirmation: Confirmation): Refusal | null {
    const denied = forbidden(policy, plan.risk);
    if (denied) return denied;
    if (plan.targets.length === 0) return refuse('There is nothing to act on');
    if (plan.typedName !== null && confirmation.typed !== plan.typedName) {
      return refuse(`Type ${plan.typedName} exactly to confirm a destructive action`);
    }
    const ageMs = plan.evidenceAt === null ? 0 : clock.now() - plan.evidenceAt;
    if (ageMs > plan.maxEvidenceAgeMs) {
      return refuse(
        `The evidence is ${Math.round(ageMs / 1000)} s old, its limit is ${Math.round(plan.maxEvidenceAgeMs / 1000)} s`,
        'close the dialog and open it again: the checks are read anew',
      );
    }
    return null;
  }

  function submit(change: PreparedChange, confirmation: Confirmation): Refusal | null {
    const { plan, request, preview } = change;
    const denied = judge(change, confirmation);
    if (denied) return denied;
    const intent = newId();
    const { operator } = confirmation;
    const scope = { region: region.name, incident: request.incident, run: request.run, operator };
    const refused = context.journal.transact((tx) => {
      const holder = heldBy(tx, region.name, plan.targets);
      if (holder) {
        return refuse(
          `${plan.targets[0]?.name ?? 'The target'} is locked: ${describeHolder(holder, clock.now())}`,
          'wait for its outcome: it appears here',
        );
      }
      if (tx.events({ run: request.run, after: confirmation.seenSeq }).length > 0) {
        return refuse('This run has moved on since the dialog opened', 'look again before you act');
      }
      const { targets, command, risk, impact, leaf, evidenceAt } = plan;
      tx.append(scope, [
        event('action-intended', {
          intent,
          leaf,
          action: plan.action,
          input: { ...request.input },
          targets: [...targets],
          command,
          risk,
          impact,
          evidenceAt,
          before: { ...preview.before },
          readings: { ...confirmation.readings },
          undoOf: request.undoOf,
        }),
      ]);
      return null;
    });
    if (refused === null) startRunner(intent);
    return refused;
  }

  return { prepare, submit };
}
