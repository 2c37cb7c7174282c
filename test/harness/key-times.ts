import { availableParallelism, loadavg } from 'node:os';
import { keyBytes } from './keys.ts';
import type { Terminal } from './terminal.ts';

/** As many as a 95th percentile needs to be more than the worst. */
const KEYS = 48;
/** What a key may take, whatever fails. */
const PAINTED_WITHIN_MS = 50;
/** A machine that is slow by itself: then a quiet screen of the same run counts. */
const SLOWER_THAN_QUIET = 2;

/** Keys that each change the picture, and together nothing: the focus goes round, a row goes by. */
const ROUND = ['2', 'j', '1', 'j', '3', 'k', '1', 'k'] as const;

/** The time from a key to its picture in the terminal, ms: the 95th percentile of many. */
export async function keyP95(terminal: Terminal): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < KEYS; index += 1) {
    const startedAt = performance.now();
    terminal.send(keyBytes(ROUND[index % ROUND.length] ?? 'j'));
    await terminal.settled();
    times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  return times[Math.ceil(times.length * 0.95) - 1] ?? Number.NaN;
}

/**
 * Presses keys on the overview and fails when they are painted late.
 *
 * @param quietMs what `keyP95` was before anything failed
 */
export async function keysStayQuick(terminal: Terminal, quietMs: number): Promise<void> {
  const tookMs = await keyP95(terminal);
  // Where more wants to run than there are cores, everything waits its turn.
  const crowd = Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
  const limitMs = Math.max(PAINTED_WITHIN_MS * crowd, SLOWER_THAN_QUIET * quietMs);
  if (tookMs > limitMs) {
    const [took, limit, quiet] = [tookMs, limitMs, quietMs].map((ms) => `${Math.round(ms)} ms`);
    throw new Error(
      `keys were painted after ${took} (p95), over ${limit}; when all was well: ${quiet}`,
    );
  }
}
