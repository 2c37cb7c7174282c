import type { Evidence } from '../domain/evidence.ts';
import { asOperatorError, OperatorError } from '../domain/operator-error.ts';
import { redact, redactText } from '../domain/redact.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { Scope } from '../runbooks/condition.ts';
import { type BranchTurn, evaluateBranches } from '../runbooks/evaluate.ts';
import type { CheckStep } from '../runbooks/graph.ts';
import { renderValues } from '../templates/template.ts';
import { type EngineContext, PROBE_TIMEOUT_MS } from './context.ts';
import { type RunIdentity, scopeOf } from './scope.ts';
import type { Turn } from './state.ts';

/** Bytes of a probe's answer kept in the journal. */
const EVIDENCE_BYTES_MAX = 64 * 1024;

export interface ProbeCall {
  readonly step: string;
  readonly probe: string;
  readonly with: Readonly<Record<string, unknown>>;
}

/** Cuts an answer that would swell the journal, saying so. */
function bounded(result: unknown): unknown {
  const text = JSON.stringify(result);
  if (text === undefined || text.length <= EVIDENCE_BYTES_MAX) return result;
  return {
    cut: `${text.length} bytes, the first ${EVIDENCE_BYTES_MAX} kept`,
    text: text.slice(0, EVIDENCE_BYTES_MAX),
  };
}

/**
 * Asks one probe. Never throws: a failure is evidence too.
 * @returns the evidence, redacted and bounded, and the raw result for conditions
 */
export async function readProbe(
  context: EngineContext,
  call: ProbeCall,
  scope: Scope,
  signal: AbortSignal,
): Promise<{ readonly evidence: Evidence; readonly result: unknown }> {
  const { clock, catalogue } = context;
  const startedAt = clock.now();
  const limit = new AbortController();
  const timer = clock.after(PROBE_TIMEOUT_MS, () =>
    limit.abort(
      new OperatorError('timeout', `The probe did not answer within ${PROBE_TIMEOUT_MS / 1000} s`),
    ),
  );
  const abort = AbortSignal.any([signal, limit.signal]);
  let command = call.probe;
  let result: unknown = null;
  let error: string | null = null;
  try {
    const probe = catalogue.probe(call.probe);
    if (!probe) throw new OperatorError('missing', `There is no probe named ${call.probe}`);
    const input = probe.input.parse(renderValues(call.with, scope));
    const reach = context.reach(abort);
    command = probe.command(input, reach);
    result = probe.result.parse(await untilAborted(probe.read(input, reach), abort));
  } catch (thrown) {
    error = asOperatorError(limit.signal.aborted ? limit.signal.reason : thrown).message;
  } finally {
    timer.cancel();
  }
  const evidence: Evidence = {
    step: call.step,
    probe: call.probe,
    command: redactText(sanitizeLine(command)),
    result: bounded(redact(result)),
    error: error === null ? null : redactText(sanitizeLine(error)),
    observedAt: clock.now(),
    elapsedMs: clock.now() - startedAt,
  };
  return { evidence, result };
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Reads a check's evidence and says which way it would go; `turn` is null when it cannot say. */
export async function readStep(
  context: EngineContext,
  step: CheckStep,
  run: RunIdentity,
  signal: AbortSignal,
): Promise<{ readonly evidence: Evidence; readonly turn: Turn | null }> {
  const base = scopeOf(context, run);
  const call = { step: step.id, probe: step.probe, with: step.with };
  const { evidence, result } = await readProbe(context, call, base, signal);
  if (evidence.error !== null) return { evidence, turn: null };
  const turn = evaluateBranches(step, { ...base, signals: context.signals(), result });
  return { evidence, turn: turn && tellTurn(turn) };
}

/** A turn in words for the journal; what it could not be sure of is said with it. */
export function tellTurn({ to, because, sure, undecided }: BranchTurn): Turn {
  const doubts = sure ? '' : ` (not sure: ${undecided.join('; ')})`;
  return { to, because: redactText(sanitizeLine(because + doubts)), sure };
}
