import { parseInput } from '../actions/parse-input.ts';
import type { Evidence } from '../domain/evidence.ts';
import { asOperatorError, OperatorError } from '../domain/operator-error.ts';
import { redact, redactText } from '../domain/redact.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { bounded } from './bounded.ts';
import { type EngineContext, PROBE_TIMEOUT_MS } from './context.ts';

/** A probe with its input filled in. */
export interface ProbeCall {
  readonly step: string;
  readonly probe: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What a probe answered: for the record, redacted and bounded; and as it is, for conditions. */
export interface ProbeAnswer {
  readonly evidence: Evidence;
  readonly result: unknown;
}

/** Asks one probe. Never throws: a failure is evidence too. */
export type ReadProbe = (
  context: EngineContext,
  call: ProbeCall,
  signal: AbortSignal,
) => Promise<ProbeAnswer>;

export const readProbe: ReadProbe = async (context, call, signal) => {
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
    const input = parseInput(probe.input, call.input, call.probe);
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
};

/** The work's outcome, or the signal's reason as soon as it is aborted. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      // Nobody waits for it any more, and nobody may be told of its end.
      work.catch(() => undefined);
      return reject(signal.reason);
    }
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
