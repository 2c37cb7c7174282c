import { sorted } from '../../src/console/table.ts';
import { breakerHealth, breakersTable } from '../../src/console/tables/breakers.ts';
import { containersTable } from '../../src/console/tables/containers.ts';
import type { SignalReading } from '../../src/domain/signal.ts';
import type { LiveState } from '../../src/live/state.ts';
import type { Runbook } from '../../src/runbooks/graph.ts';
import { type Line, lineWidth, text } from './line.ts';
import { metricWords } from './metrics.ts';
import { healthSign, healthTone } from './sign.ts';

/** The readings of the signals a runbook watches; a bare id stands for all its labels. */
export function watched(live: LiveState, runbook: Runbook): readonly SignalReading[] {
  return runbook.watch.flatMap((name) => {
    const exact = live.signals[name];
    if (exact) return [exact];
    return Object.values(live.signals).filter(({ id }) => id === name);
  });
}

/** Cells between two of the pinned. */
const GAP = 3;

/** The pinned numbers on one line, whole ones only: what is broken, then the signals it watches. */
export function pinnedLine(live: LiveState, runbook: Runbook, width: number): Line {
  const broken = sorted(breakersTable, live.breakers, null)
    .filter(({ state }) => state !== 'closed')
    .map((breaker): Line => {
      const health = breakerHealth(breaker);
      const word = breaker.state === 'open' ? 'OPEN' : breaker.state;
      return [text(`${healthSign[health]} breaker ${breaker.name} ${word}`, healthTone[health])];
    });
  const down = sorted(containersTable, containersTable.rows(live), null)
    .filter((row) => containersTable.health(row) === 'critical')
    .map(({ label, container }): Line => [text(`✖ ${label} ${container.state}`, 'bad')]);
  const numbers = watched(live, runbook)
    .filter(({ unit }) => unit !== 'state')
    .map((reading): Line => metricWords(reading));
  const all = [...broken, ...down, ...numbers];
  if (all.length === 0) return [text(' nothing is pinned', 'quiet')];
  const shown: Line[] = [];
  let used = 0;
  for (const item of all) {
    const before = shown.length === 0 ? 1 : GAP;
    if (used + before + lineWidth(item) > width) continue;
    shown.push([text(' '.repeat(before)), ...item]);
    used += before + lineWidth(item);
  }
  return shown.flat();
}
