import type { Health } from '../domain/health.ts';
import type { SourceState } from '../domain/source.ts';
import { LOST_INTERVALS } from './limits.ts';
import type { EvaluatedSignal } from './reading.ts';

type SourceWord = 'ok' | 'refused' | 'failing' | 'lost';

function wordOf(source: SourceState, now: number): SourceWord | null {
  const { status, since, intervalMs, observedAt, error } = source;
  if (status === 'connecting') return null;
  if (status !== 'failed') return 'ok';
  // Without the right to ask it was never had, so it is not lost: its panel says what to configure.
  if (error?.kind === 'denied' && observedAt === null) return 'refused';
  return now - since > LOST_INTERVALS * intervalMs ? 'lost' : 'failing';
}

const healthOf: Readonly<Record<SourceWord, Health>> = {
  ok: 'ok',
  refused: 'warning',
  failing: 'warning',
  lost: 'critical',
};

/**
 * The signal `source`, by kind and name: `ok`, `failing`, or `lost` once it has failed for more than two
 * of its intervals; `refused` where it was denied and has never answered. Checks have none: theirs is
 * `check`.
 * @param now epoch ms
 */
export function sourceSignals(
  sources: readonly SourceState[],
  now: number,
): readonly EvaluatedSignal[] {
  return sources
    .filter(({ kind }) => kind !== 'check')
    .map((source): EvaluatedSignal => {
      const { kind, name, since, observedAt, error } = source;
      const word = wordOf(source, now);
      const bad = word !== null && word !== 'ok';
      return {
        id: 'source',
        title: 'source',
        labels: { kind, name },
        value: word,
        unit: 'state',
        state: word === null ? 'unknown' : healthOf[word],
        // That it fails is known now, however old its last good answer is.
        observedAt: bad ? since : observedAt,
        threshold: null,
        reason: word === null ? 'it has not answered yet' : null,
        detail: bad ? (error?.message ?? null) : null,
        since: bad ? since : null,
        stale: false,
      };
    });
}
