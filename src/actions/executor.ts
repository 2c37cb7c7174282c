import type { Operator } from '../domain/operator.ts';
import { asOperatorError } from '../domain/operator-error.ts';
import { hiddenPart } from '../domain/recordable.ts';
import { atMost, type Risk, raised } from '../domain/risk.ts';
import { event, type NewEvent } from '../incidents/events.ts';
import type { JournalTransaction } from '../incidents/journal.ts';
import type { Action, Preview } from '../integrations/contract.ts';
import type { Readings } from './act.ts';
import type { ChangeContext } from './context.ts';
import { describeHolder, heldBy } from './locks.ts';
import { parseInput } from './parse-input.ts';
import type { Plan, Refusal } from './plan.ts';
import {
  forbidden,
  limitWindowMs,
  type OverLimit,
  overLimit,
  type Policy,
  raisedBy,
} from './policy.ts';

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
  /** The action by which the runbook itself takes it back; null for what the action declares. */
  readonly undo: string | null;
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
  /** What the action is given: what was asked for, narrowed to what the preview found. */
  readonly input: Readonly<Record<string, unknown>>;
}

interface Confirmation {
  /** The name typed for a destructive action. */
  readonly typed: string | null;
  /** Why the limit on changes is passed; null when it is not. */
  readonly breakGlass: string | null;
  /** Written right before the intent, with it or not at all. */
  readonly preceding: readonly NewEvent[];
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

/** A reason shorter than this tells the reader of the record nothing. */
const REASON_LENGTH_MIN = 3;

function undoWords(action: Action, request: ChangeRequest): string {
  if (request.undoOf !== null) return 'this is an undo';
  if (request.undo !== null) return `u takes it back (${request.undo})`;
  if (action.undo.kind === 'irreversible')
    return `none: ${request.irreversible ?? action.undo.why}`;
  return `u takes it back (${action.undo.action})`;
}

/** Reads what the action would touch. Changes nothing. @throws OperatorError */
async function look(
  context: ChangeContext,
  action: Action,
  request: ChangeRequest,
  to: AbortSignal,
) {
  const asked = parseInput(action.input, request.input, action.id);
  const preview = await action.preview(asked, context.reach(to));
  const input = preview.input ?? request.input;
  const hidden = hiddenPart(input);
  return { preview, input, hidden };
}

/**
 * How the limits on changes stand for one more; null when they let it pass. An undo and a message are
 * never held back.
 */
function limitFor(
  tx: Pick<JournalTransaction, 'events'>,
  { clock, region }: ChangeContext,
  policy: Policy,
  { undoOf }: ChangeRequest,
  { targets }: Preview,
): OverLimit | null {
  if (undoOf !== null || targets.every(({ kind }) => kind === 'message')) return null;
  const windowMs = limitWindowMs(policy);
  if (windowMs === 0) return null;
  const now = clock.now();
  const intended = tx.events({
    types: ['action-intended'],
    region: region.name,
    since: now - windowMs,
  });
  const counted = intended.filter(
    (e) => e.type === 'action-intended' && e.body.targets.some(({ kind }) => kind !== 'message'),
  );
  return overLimit(
    policy,
    counted.map(({ at }) => at),
    now,
  );
}

/** Why the limit on changes holds this one back; null when it does not. */
function heldBack(over: OverLimit | null, reason: string | null): Refusal | null {
  if (over === null) return null;
  if (!over.breakGlass) return refuse(`${over.words}`, 'wait, or ask whoever owns the policy');
  const given = (reason ?? '').trim().length >= REASON_LENGTH_MIN;
  return given
    ? null
    : refuse(over.words, 'say in a few words why one more is needed all the same');
}

function stale(plan: Plan, now: number): Refusal | null {
  const ageMs = plan.evidenceAt === null ? 0 : now - plan.evidenceAt;
  if (ageMs <= plan.maxEvidenceAgeMs) return null;
  return refuse(
    `The evidence is ${Math.round(ageMs / 1000)} s old, its limit is ${Math.round(plan.maxEvidenceAgeMs / 1000)} s`,
    'close the dialog and open it again: the checks are read anew',
  );
}

/** @returns the gate for one region */
export function createExecutor({ context, policy, newId, startRunner }: ExecutorOptions): Executor {
  const { clock, catalogue, region } = context;

  async function prepare(request: ChangeRequest, signal: AbortSignal) {
    const action = catalogue.action(request.action);
    if (!action) return refuse(`There is no action named ${request.action}`);
    let seen: Awaited<ReturnType<typeof look>>;
    try {
      seen = await look(context, action, request, signal);
    } catch (thrown) {
      const { message, mend } = asOperatorError(thrown);
      return refuse(message, mend);
    }
    const { preview, input, hidden } = seen;
    if (hidden !== null) {
      return refuse(
        `${action.title}: its ${hidden} holds a secret, and a secret is never written to the journal`,
        'name it by env: or file: instead of writing it out',
      );
    }
    const { targets } = preview;
    const asked = raised(action.risk, request.risk);
    const judged = { action: action.id, region: region.name, targets, risk: asked };
    const { risk, overrides } = raisedBy(policy, judged);
    const now = clock.now();
    const { holder, over } = context.journal.transact((tx) => ({
      holder: heldBy(tx, region.name, targets),
      over: limitFor(tx, context, policy, request, preview),
    }));
    const plan: Plan = {
      run: request.run,
      leaf: request.leaf,
      title: request.title,
      region: region.name,
      action: action.id,
      risk,
      targets,
      command: preview.command,
      impact: request.impact,
      notes: preview.notes,
      details: preview.details ?? [],
      undo: undoWords(action, request),
      verify: request.verify,
      evidenceAt: request.evidenceAt,
      maxEvidenceAgeMs: request.maxEvidenceAgeMs,
      heldBy: holder && describeHolder(holder, now),
      overLimit: over,
      overrides,
      typedName: atMost('destructive', risk) ? (targets[0]?.name ?? null) : null,
      frozenAt: now,
    };
    return { plan, request, preview, input };
  }

  function judge({ plan }: PreparedChange, confirmation: Confirmation): Refusal | null {
    const denied = forbidden(policy, plan);
    if (denied) return denied;
    if (plan.targets.length === 0) return refuse('There is nothing to act on');
    if (plan.typedName !== null && confirmation.typed !== plan.typedName) {
      return refuse(`Type ${plan.typedName} exactly to confirm a destructive action`);
    }
    return stale(plan, clock.now());
  }

  function submit(change: PreparedChange, confirmation: Confirmation): Refusal | null {
    const { plan, request, preview, input } = change;
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
      const over = limitFor(tx, context, policy, request, preview);
      const back = heldBack(over, confirmation.breakGlass);
      if (back) return back;
      const { targets, command, risk, impact, leaf, evidenceAt } = plan;
      tx.append(scope, [
        ...confirmation.preceding,
        event('action-intended', {
          intent,
          leaf,
          action: plan.action,
          input: { ...input },
          targets: [...targets],
          command,
          risk,
          impact,
          evidenceAt,
          before: { ...preview.before },
          readings: { ...confirmation.readings },
          undoOf: request.undoOf,
          breakGlass: over === null ? null : (confirmation.breakGlass ?? '').trim(),
        }),
      ]);
      return null;
    });
    if (refused === null) startRunner(intent);
    return refused;
  }

  return { prepare, submit };
}
