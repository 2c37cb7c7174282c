import type { ChangeRequest } from '../actions/executor.ts';
import { formatAge } from '../domain/duration.ts';
import { MASK } from '../domain/redact.ts';
import type { DoLeaf, NotifyStep, VerifySpec } from '../runbooks/graph.ts';
import { renderText, renderValues } from '../templates/template.ts';
import type { EngineContext } from './context.ts';
import type { Refusal } from './controller.ts';
import type { EvidenceAge } from './freshness.ts';
import type { Ledger } from './ledger.ts';
import { type Place, scopeOf } from './scope.ts';
import type { Act } from './state.ts';

/** The limit where no step of the path names one. */
export const EVIDENCE_AGE_MS_MAX = 30_000;

/** The action that carries a message out of this console. */
const SEND = 'notify.send';

const refuse = (refused: string, mend: string | null = null): Refusal => ({ refused, mend });

function verifyWords({ title, withinMs, forMs }: VerifySpec): string {
  const lasting = forMs === null ? '' : `, for ${formatAge(forMs)}`;
  return `${title} within ${formatAge(withinMs)}${lasting}`;
}

/** What a leaf asks of the executor, its words filled in. */
export function changeOf(
  context: EngineContext,
  place: Place,
  leaf: DoLeaf,
  age: EvidenceAge,
): ChangeRequest {
  const scope = scopeOf(context, place);
  return {
    run: place.run.id,
    incident: place.run.incident,
    leaf: leaf.id,
    title: leaf.title,
    action: leaf.action,
    input: renderValues(leaf.with, scope),
    risk: leaf.risk,
    impact: renderText(leaf.impact, scope),
    irreversible: leaf.irreversible,
    undo: leaf.undo?.action ?? null,
    verify: leaf.verify.map(verifyWords),
    evidenceAt: age.at,
    maxEvidenceAgeMs: age.maxAgeMs,
    undoOf: null,
  };
}

/** Why a leaf's precheck forbids it now; null when it does not, or there is none. */
export function precheckRefusal(
  context: EngineContext,
  place: Place,
  leaf: DoLeaf,
): Refusal | null {
  if (leaf.precheck === null) return null;
  const scope = scopeOf(context, place);
  const verdict = leaf.precheck.when.evaluate(scope);
  if (verdict.kind === 'decided' && verdict.holds) return null;
  const words = renderText(leaf.precheck.words, scope);
  return verdict.kind === 'decided'
    ? refuse(words, `it is done only when ${leaf.precheck.when.text}`)
    : refuse(`${words} (it cannot be told: ${verdict.reason})`, 'wait for the source, or read it');
}

/** What a message's step asks of the executor: to send its draft. */
export function messageOf(ledger: Ledger, step: NotifyStep): ChangeRequest | Refusal {
  const state = ledger.state();
  const draft = state.messages.findLast((message) => message.step === step.id);
  if (!draft) return refuse('The message is not drafted yet');
  const { recipients, text } = draft;
  return {
    run: state.id,
    incident: state.incident,
    leaf: step.id,
    title: step.title,
    action: SEND,
    input: { recipients: [...recipients], text },
    risk: 'reversible',
    impact: `The message goes to ${recipients.join(' and ') || 'nobody named'}.`,
    irreversible: null,
    undo: null,
    verify: [],
    evidenceAt: null,
    maxEvidenceAgeMs: EVIDENCE_AGE_MS_MAX,
    undoOf: null,
  };
}

/** The last change of a run that was not taken back; null when there is none. */
function lastChange(acts: readonly Act[]): Act | null {
  const undone = new Set(acts.flatMap((a) => (a.state === 'done' && a.undoOf ? a.undoOf : [])));
  const changes = acts.filter((a) => a.state === 'done' && a.undoOf === null && a.action !== SEND);
  const last = changes.at(-1);
  return last !== undefined && !undone.has(last.intent) ? last : null;
}

/** How a leaf's change is taken back, its own way before what the action declares. */
function undoing(context: EngineContext, ledger: Ledger, act: Act) {
  const leaf = ledger.runbook.nodes.get(act.leaf);
  if (leaf?.kind === 'do' && leaf.undo !== null) return leaf.undo;
  const declared = context.catalogue.action(act.action)?.undo;
  if (declared?.kind === 'action') return declared;
  const why = declared?.kind === 'irreversible' ? declared.why : 'no undo is declared';
  return refuse(`This change cannot be undone: ${why}`);
}

/** What takes the last change of a run back, or why nothing can. */
export function undoOf(context: EngineContext, ledger: Ledger): ChangeRequest | Refusal {
  const state = ledger.state();
  const act = lastChange(state.acts);
  if (act === null) {
    return state.acts.some((a) => a.undoOf !== null && a.state === 'done')
      ? refuse('The last change was taken back already')
      : refuse('This run has changed nothing that could be undone');
  }
  const undo = undoing(context, ledger, act);
  const intended = ledger.intended(act.intent);
  if ('refused' in undo) return undo;
  if (!intended) return refuse('The journal does not hold what this change was done with');
  const { input, before } = intended.body;
  const scope = scopeOf(context, { runbook: ledger.runbook, run: state });
  const result = { ...input, ...act.result, before, input, output: act.result };
  const values = renderValues(undo.with, { ...scope, result });
  // What was hidden when it was recorded must not be written back as a row of dots.
  if (JSON.stringify(values).includes(MASK)) {
    return refuse('This change cannot be undone: the values before hold a secret, never recorded');
  }
  return {
    run: state.id,
    incident: state.incident,
    leaf: act.leaf,
    title: `Undo: ${ledger.runbook.nodes.get(act.leaf)?.title ?? act.action}`,
    action: undo.action,
    input: values,
    risk: 'reversible',
    impact: 'Takes the last change of this run back.',
    irreversible: null,
    undo: null,
    verify: [],
    evidenceAt: null,
    maxEvidenceAgeMs: EVIDENCE_AGE_MS_MAX,
    undoOf: act.intent,
  };
}
