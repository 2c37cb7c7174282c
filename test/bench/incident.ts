import { fileURLToPath } from 'node:url';
import { openTerminal } from '../harness/terminal.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { median, type Section } from './figures.ts';

const COLS = 120;
const ROWS = 40;
const RUNS = 3;
const WITHIN_MS = 180_000;
const LAUNCHER = fileURLToPath(new URL('../../bin/opsconsole', import.meta.url));

interface IncidentTimes {
  readonly recommendedMs: number;
  readonly verifiedMs: number;
  readonly keys: number;
}

/** One incident by hand: redis killed, the recommendation followed, the proof awaited. */
async function incident(stack: Stack): Promise<IncidentTimes> {
  const env = { DOCKER_HOST: stack.dockerHost };
  const terminal = await openTerminal({ command: LAUNCHER, cols: COLS, rows: ROWS, env });
  try {
    await terminal.until('worker-1', { withinMs: 30_000 });
    await terminal.settled();
    const startedAt = performance.now();
    await stack.faults.killRedis();
    await terminal.until('restart-redis', { withinMs: 60_000 });
    const recommendedMs = performance.now() - startedAt;
    const keys = ['r', 'Enter', 'y'] as const;
    const shows = [/Restart Redis +disruptive/, 'Restart Redis?', 'Resolved, verified'] as const;
    for (const [index, key] of keys.entries()) {
      await terminal.press(key);
      await terminal.until(shows[index] ?? '', { withinMs: WITHIN_MS });
      await terminal.settled();
    }
    return { recommendedMs, verifiedMs: performance.now() - startedAt, keys: keys.length };
  } finally {
    await terminal.close();
  }
}

/** From a fault to its proven end. */
export async function measureIncident(): Promise<Section> {
  const stack = await startStack({ env: { breakerTimeoutSeconds: 5 } });
  const runs: IncidentTimes[] = [];
  try {
    for (let run = 0; run < RUNS; run += 1) runs.push(await incident(stack));
  } finally {
    await stack.stop();
  }
  const recommendedMs = median(runs.map((run) => run.recommendedMs));
  const verifiedMs = median(runs.map((run) => run.verifiedMs));
  return {
    title: 'One incident',
    how: `Redis of the test stack is killed, the recommended runbook is followed; ${COLS}×${ROWS}, medians of ${RUNS}.`,
    figures: [
      { name: 'fault to recommendation', value: recommendedMs, unit: 'ms', target: null },
      { name: 'fault to verified recovery', value: verifiedMs, unit: 'ms', target: null },
      { name: 'keys', value: runs[0]?.keys ?? 0, unit: 'keys', target: null },
    ],
  };
}
