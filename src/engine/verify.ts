import { wait } from '../domain/clock.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { Scope } from '../runbooks/condition.ts';
import type { VerifySpec } from '../runbooks/graph.ts';
import type { EngineContext } from './context.ts';
import { readProbe } from './evidence.ts';
import { type RunIdentity, scopeOf } from './scope.ts';

/** One look at whether a verification holds. */
interface VerificationSample {
  readonly holds: boolean;
  /** What was seen, in words. */
  readonly latest: string;
}

const SIGNAL = /\bsignals\.(\w+)(?:\["([^"]+)"\]|\.(\w+))?/g;

/** The signals a condition names, with their values now: `breaker redis: half-open`. */
function seen(spec: VerifySpec, scope: Scope): string {
  const parts = new Set<string>();
  for (const [, id = '', quoted, dotted] of spec.until.text.matchAll(SIGNAL)) {
    const label = quoted ?? dotted;
    const value = scope.signals?.[id];
    const inner =
      label !== undefined && typeof value === 'object' && value !== null
        ? (value as Record<string, unknown>)[label]
        : value;
    parts.add(
      `${label === undefined ? id : `${id} ${label}`}: ${String(inner ?? 'not known yet')}`,
    );
  }
  return [...parts].join(', ');
}

/** What the probe itself says is wrong: `Redis at 172.18.0.4:6379 refuses connections`. */
function complaint(result: unknown): string {
  const said = (result as { readonly error?: unknown } | null | undefined)?.error;
  return typeof said === 'string' ? sanitizeLine(said) : '';
}

/** Evaluates a verification once, asking its probe first where it has one. */
async function sample(
  context: EngineContext,
  spec: VerifySpec,
  run: RunIdentity,
  attempt: number,
  signal: AbortSignal,
): Promise<VerificationSample> {
  let scope = scopeOf(context, run, attempt);
  if (spec.probe !== null) {
    const call = { step: 'verify', probe: spec.probe, with: spec.with };
    const { evidence, result } = await readProbe(context, call, scope, signal);
    if (evidence.error !== null) return { holds: false, latest: evidence.error };
    scope = { ...scope, signals: context.signals(), result };
  }
  const verdict = spec.until.evaluate(scope);
  const words = seen(spec, scope) || complaint(scope.result);
  if (verdict.kind === 'undecided') return { holds: false, latest: words || verdict.reason };
  return { holds: verdict.holds, latest: words || (verdict.holds ? 'as expected' : 'not yet') };
}

export interface VerificationProgress {
  onSample(samples: number, latest: string): void;
}

/**
 * Samples until the verification holds or its window is over; at least once, so that a run resumed
 * after the window still looks before it judges.
 * @param startedAt when the window began, epoch ms
 */
export async function watchUntil(
  context: EngineContext,
  spec: VerifySpec,
  run: RunIdentity,
  startedAt: number,
  signal: AbortSignal,
  progress: VerificationProgress,
): Promise<{ readonly passed: boolean; readonly samples: number; readonly latest: string }> {
  const { clock } = context;
  for (let samples = 1; ; samples += 1) {
    const { holds, latest } = await sample(context, spec, run, samples, signal);
    signal.throwIfAborted();
    progress.onSample(samples, latest);
    if (holds) return { passed: true, samples, latest };
    if (clock.now() - startedAt + spec.everyMs > spec.withinMs) {
      return { passed: false, samples, latest };
    }
    await wait(clock, spec.everyMs, signal);
  }
}
