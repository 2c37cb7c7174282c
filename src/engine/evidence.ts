import type { Evidence } from '../domain/evidence.ts';
import { redactText } from '../domain/redact.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { Scope } from '../runbooks/condition.ts';
import { type BranchTurn, evaluateBranches } from '../runbooks/evaluate.ts';
import type { CheckStep, GatherStep, Shown } from '../runbooks/graph.ts';
import { renderValues } from '../templates/template.ts';
import { bounded, EVIDENCE_BYTES_MAX } from './bounded.ts';
import type { EngineContext } from './context.ts';
import { type ProbeAnswer, type ReadProbe, readProbe } from './read-probe.ts';
import { type Place, scopeOf } from './scope.ts';
import type { Turn } from './state.ts';

/** A step that is read: its evidence decides its branch. */
export type ReadStep = CheckStep | GatherStep;

/** What reading a step gave. `turn` is null when it cannot say which way to go. */
export interface StepAnswer {
  readonly evidence: Evidence;
  readonly turn: Turn | null;
  /** The raw result, as conditions see it; null when it could not be read. */
  readonly result: unknown;
}

/** Fills in what a probe is asked with, and asks it. */
export function ask(
  context: EngineContext,
  step: string,
  shown: Shown,
  scope: Scope,
  signal: AbortSignal,
  read: ReadProbe = readProbe,
): Promise<ProbeAnswer> {
  const call = { step, probe: shown.probe, input: renderValues(shown.with, scope) };
  return read(context, call, signal);
}

/** One record of many probes: what each answered, and the words of those that failed. */
function composite(
  step: GatherStep,
  answers: readonly ProbeAnswer[],
  startedAt: number,
  now: number,
): { readonly evidence: Evidence; readonly result: unknown } {
  const entries = step.probes.map(({ as }, index) => ({ as, answer: answers[index] }));
  const errors = Object.fromEntries(
    entries.flatMap(({ as, answer }) =>
      answer?.evidence.error ? [[as, answer.evidence.error]] : [],
    ),
  );
  const failed = Object.values(errors);
  const share = Math.floor(EVIDENCE_BYTES_MAX / Math.max(1, entries.length));
  const raw = Object.fromEntries(entries.map(({ as, answer }) => [as, answer?.result ?? null]));
  const kept = Object.fromEntries(
    entries.map(({ as, answer }) => [as, bounded(answer?.evidence.result ?? null, share)]),
  );
  const evidence: Evidence = {
    step: step.id,
    probe: step.probes.map(({ probe }) => probe).join(', '),
    command: answers.map(({ evidence: { command } }) => command).join('; '),
    result: { ...kept, errors },
    error: failed.length > 0 && failed.length === entries.length ? failed.join('; ') : null,
    observedAt: Math.min(now, ...answers.map(({ evidence: { observedAt } }) => observedAt)),
    elapsedMs: now - startedAt,
  };
  return { evidence, result: { ...raw, errors } };
}

/**
 * Reads a step's evidence and says which way it would go. A check whose probe failed goes nowhere; of
 * a `gather` a probe that failed is null, and conditions may say so.
 */
export async function readStep(
  context: EngineContext,
  step: ReadStep,
  place: Place,
  signal: AbortSignal,
  read: ReadProbe = readProbe,
): Promise<StepAnswer> {
  const base = scopeOf(context, place);
  if (step.kind === 'check') {
    const { evidence, result } = await ask(context, step.id, step, base, signal, read);
    if (evidence.error !== null) return { evidence, turn: null, result: null };
    return { evidence, turn: turnOf(context, step, base, result), result };
  }
  const startedAt = context.clock.now();
  const answers = await Promise.all(
    step.probes.map((shown) => ask(context, step.id, shown, base, signal, read)),
  );
  const { evidence, result } = composite(step, answers, startedAt, context.clock.now());
  return { evidence, turn: turnOf(context, step, base, result), result };
}

function turnOf(context: EngineContext, step: ReadStep, base: Scope, result: unknown): Turn | null {
  const turn = evaluateBranches(step, { ...base, signals: context.signals(), result });
  return turn && tellTurn(turn);
}

/** A turn in words for the journal; what it could not be sure of is said with it. */
export function tellTurn({ to, because, sure, undecided }: BranchTurn): Turn {
  const doubts = sure ? '' : ` (not sure: ${undecided.join('; ')})`;
  return { to, because: redactText(sanitizeLine(because + doubts)), sure };
}
