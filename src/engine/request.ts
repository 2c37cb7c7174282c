import type { ChangeRequest } from '../actions/executor.ts';
import { formatAge } from '../domain/duration.ts';
import type { DoLeaf } from '../runbooks/graph.ts';
import { renderText, renderValues } from '../templates/template.ts';
import type { EngineContext } from './context.ts';
import type { Refusal } from './controller.ts';
import type { EvidenceAge } from './freshness.ts';
import type { Ledger } from './ledger.ts';
import { type RunIdentity, scopeOf } from './scope.ts';

/** The limit where no step of the path names one. */
export const EVIDENCE_AGE_MS_MAX = 30_000;

const refuse = (refused: string, mend: string | null = null): Refusal => ({ refused, mend });

/** What a leaf asks of the executor, its words filled in. */
export function changeOf(
  context: EngineContext,
  run: RunIdentity,
  leaf: DoLeaf,
  age: EvidenceAge,
): ChangeRequest {
  const scope = scopeOf(context, run);
  return {
    run: run.id,
    incident: run.incident,
    leaf: leaf.id,
    title: leaf.title,
    action: leaf.action,
    input: renderValues(leaf.with, scope),
    risk: leaf.risk,
    impact: renderText(leaf.impact, scope),
    irreversible: leaf.irreversible,
    verify: leaf.verify.map((spec) => `${spec.title} within ${formatAge(spec.withinMs)}`),
    evidenceAt: age.at,
    maxEvidenceAgeMs: age.maxAgeMs,
    undoOf: null,
  };
}

/** What takes the last change of a run back, or why nothing can. */
export function undoOf(context: EngineContext, ledger: Ledger): ChangeRequest | Refusal {
  const state = ledger.state();
  const act = state.acts.findLast((a) => a.state === 'done' && a.undoOf === null);
  if (!act) return refuse('This run has changed nothing that could be undone');
  if (state.acts.some((a) => a.undoOf === act.intent && a.state === 'done')) {
    return refuse('The last change was taken back already');
  }
  const undo = context.catalogue.action(act.action)?.undo;
  const intended = ledger.intended(act.intent);
  if (undo?.kind !== 'action' || !intended) {
    return refuse(
      `This change cannot be undone: ${undo?.kind === 'irreversible' ? undo.why : 'no undo is declared'}`,
    );
  }
  const values = { ...intended.body.input, before: intended.body.before };
  return {
    run: state.id,
    incident: state.incident,
    leaf: act.leaf,
    title: `Undo: ${ledger.runbook.nodes.get(act.leaf)?.title ?? act.action}`,
    action: undo.action,
    input: renderValues(undo.with, { result: values }),
    risk: 'reversible',
    impact: 'Takes the last change of this run back.',
    irreversible: null,
    verify: [],
    evidenceAt: null,
    maxEvidenceAgeMs: EVIDENCE_AGE_MS_MAX,
    undoOf: act.intent,
  };
}
