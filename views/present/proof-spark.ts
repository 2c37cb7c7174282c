import type { Verification } from '../../src/engine/state.ts';

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const WIDTH_MAX = 24;

/** The last look: those that said nothing new are only counted. */
function lastLookAt({ startedAt, everyMs, samples, history }: Verification): number {
  const counted = startedAt + Math.max(0, samples - 1) * everyMs;
  return Math.max(counted, history.at(-1)?.at ?? startedAt);
}

/**
 * The number a verification watches as bars from zero to the largest seen, from its first look to its
 * last; a value lasts until the next change. Empty while there is no number.
 */
export function proofSpark(proof: Verification): string {
  const { startedAt, everyMs, history } = proof;
  const known = history.filter(({ value }) => value !== null);
  if (known.length === 0) return '';
  const from = Math.min(startedAt, history[0]?.at ?? startedAt);
  const until = lastLookAt(proof);
  const width = Math.min(WIDTH_MAX, Math.max(1, Math.round((until - from) / everyMs) + 1));
  const top = Math.max(0, ...known.map(({ value }) => value ?? 0));
  return Array.from({ length: width }, (_, column) => {
    const at = width === 1 ? until : from + ((until - from) * column) / (width - 1);
    const value = history.findLast((sample) => sample.at <= at)?.value ?? null;
    if (value === null) return ' ';
    if (top === 0) return bars[0];
    return bars[Math.max(0, Math.min(7, Math.round((value / top) * 7)))] ?? bars[0];
  }).join('');
}
