import type { Check } from '../domain/check.ts';
import type { Observed } from '../domain/fact.ts';
import type { SourceState } from '../domain/source.ts';
import type { EvaluatedSignal } from './reading.ts';

/** A check source with its last answer, null until it has answered. */
export interface CheckAnswer {
  readonly source: SourceState;
  readonly check: Observed<Check> | null;
}

type CheckWord = 'ok' | 'failing' | 'unreachable';

function wordOf({ source, check }: CheckAnswer): CheckWord | null {
  if (source.status === 'failed') return 'unreachable';
  if (!check) return null;
  return check.value.ok ? 'ok' : 'failing';
}

/** The signal `check`: `ok`, `failing` or `unreachable`, one reading a check by its name. */
export function checkSignals(checks: readonly CheckAnswer[]): readonly EvaluatedSignal[] {
  return checks.map((answer): EvaluatedSignal => {
    const { source, check } = answer;
    const word = wordOf(answer);
    const unreachable = word === 'unreachable';
    return {
      id: 'check',
      title: 'check',
      labels: { name: check?.value.name ?? source.name },
      value: word,
      unit: 'state',
      state: word === null ? 'unknown' : word === 'ok' ? 'ok' : 'critical',
      observedAt: unreachable ? source.since : (check?.observedAt ?? null),
      threshold: null,
      reason: word === null ? 'the check has not answered yet' : null,
      detail: unreachable ? (source.error?.message ?? null) : (check?.value.error ?? null),
      since: unreachable ? source.since : null,
      stale: false,
    };
  });
}
