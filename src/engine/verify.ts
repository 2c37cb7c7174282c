import { wait } from '../domain/clock.ts';
import { redact } from '../domain/redact.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { Scope } from '../runbooks/condition.ts';
import type { VerifySpec } from '../runbooks/graph.ts';
import { bounded } from './bounded.ts';
import type { EngineContext } from './context.ts';
import { ask } from './evidence.ts';
import { type Place, scopeOf } from './scope.ts';

/** One look at whether a verification holds. */
interface Look {
  readonly holds: boolean;
  /** What was seen, in words. */
  readonly latest: string;
  /** What the probe answered; undefined where it has none or it failed. */
  readonly result: unknown;
}

/** What one sample tells the record. */
interface SampleTold {
  readonly samples: number;
  readonly latest: string;
  readonly holds: boolean;
  /** Since when it has held without a break, epoch ms. */
  readonly holdsSince: number | null;
  /** Of the signal drawn beside it; null when it is not known. */
  readonly value: number | null;
  /** The first sample's result, told once, where the condition compares with it. */
  readonly first: unknown;
}

/** A verification under way. */
export interface Watching {
  readonly spec: VerifySpec;
  readonly place: Place;
  /** When the window began, epoch ms. */
  readonly startedAt: number;
  /** Samples taken before, by a console that ended meanwhile. */
  readonly samples: number;
  /** The first sample's result, known from before; undefined when it is not. */
  readonly first: unknown;
  readonly signal: AbortSignal;
  onSample(told: SampleTold): void;
}

/** How a signal without a value is written. */
const UNKNOWN = '–';
/** What is only asked whether it is there says nothing of what was seen. */
const SIGNAL = /(?<!\bhas\()\bsignals\.(\w+)(?:\["([^"]+)"\]|\.(\w+))?/g;

/**
 * The signals a condition names, with their values now: `breaker redis: half-open`, or by the title and in the
 * unit they have on the screen, `dropped logs: 12 /s`.
 */
function seen(context: EngineContext, spec: VerifySpec, scope: Scope): string {
  const parts = new Set<string>();
  for (const [, id = '', quoted, dotted] of spec.until.text.matchAll(SIGNAL)) {
    const label = quoted ?? dotted;
    const shown = label === undefined ? Object.entries(context.readings([id])) : [];
    for (const [title, words] of shown)
      parts.add(`${title}: ${words === UNKNOWN ? 'not known yet' : words}`);
    if (shown.length > 0) continue;
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

/** The number of the signal drawn beside it: its own, or that of its only labels. */
function numberOf(context: EngineContext, id: string | null): number | null {
  if (id === null) return null;
  const known = context.signals()[id];
  const inner = typeof known === 'object' && known !== null ? Object.values(known) : [known];
  const [value] = inner;
  return inner.length === 1 && typeof value === 'number' && Number.isFinite(value) ? value : null;
}

const comparesWithFirst = ({ until }: VerifySpec): boolean => /\bfirst\b/.test(until.text);

/** Evaluates a verification once, asking its probe first where it has one. */
async function look(
  context: EngineContext,
  { spec, place, signal }: Watching,
  attempt: number,
  first: unknown,
): Promise<Look> {
  let scope = scopeOf(context, place, attempt);
  if (spec.probe !== null) {
    const shown = { probe: spec.probe, with: spec.with };
    const { evidence, result } = await ask(context, 'verify', shown, scope, signal);
    if (evidence.error !== null) return { holds: false, latest: evidence.error, result: undefined };
    scope = { ...scope, signals: context.signals(), result, first: first ?? result };
  }
  const { result } = scope;
  const verdict = spec.until.evaluate(scope);
  const words = seen(context, spec, scope) || complaint(result);
  if (verdict.kind === 'undecided') {
    return { holds: false, latest: words || verdict.reason, result };
  }
  const { holds } = verdict;
  return { holds, latest: words || (holds ? 'as expected' : 'not yet'), result };
}

/**
 * Samples until the verification holds, and goes on holding where that is asked, or until its window
 * is over; at least once, so that a run resumed after the window still looks before it judges. Nobody
 * looked while no console ran: the time it must go on holding is counted anew.
 */
export async function watchUntil(
  context: EngineContext,
  watching: Watching,
): Promise<{ readonly passed: boolean; readonly samples: number; readonly latest: string }> {
  const { clock } = context;
  const { spec, startedAt, signal } = watching;
  const forMs = spec.forMs ?? 0;
  let { first, samples } = watching;
  let heldSince: number | null = null;
  for (;;) {
    samples += 1;
    const { holds, latest, result } = await look(context, watching, samples, first);
    signal.throwIfAborted();
    const isFirst = first === undefined && result !== undefined && comparesWithFirst(spec);
    if (isFirst) first = result;
    const now = clock.now();
    heldSince = holds ? (heldSince ?? now) : null;
    watching.onSample({
      samples,
      latest,
      holds,
      holdsSince: heldSince,
      value: numberOf(context, spec.signal),
      first: isFirst ? bounded(redact(result)) : undefined,
    });
    if (heldSince !== null && now - heldSince >= forMs) return { passed: true, samples, latest };
    if (heldSince === null && now - startedAt + spec.everyMs > spec.withinMs) {
      return { passed: false, samples, latest };
    }
    await wait(clock, spec.everyMs, signal);
  }
}
