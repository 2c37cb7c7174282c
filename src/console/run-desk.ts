import type { RunState } from '../engine/state.ts';
import type { Core } from './core.ts';
import { pointsOf } from './run-context.ts';
import type { RunDesk, RunView } from './session.ts';

/** The place of a run, its last visit included: who comes back begins anew. */
function placeOf({ current, path }: RunState): string {
  return `${current} ${path.at(-1)?.enteredAt ?? 0}`;
}

/** The desk as it is at this place: what was ticked stays until the run moves on. */
export function deskAt(state: RunState, before: RunView | null): RunDesk {
  const place = placeOf(state);
  const desk = before?.desk;
  if (desk?.place !== place) return { place, ticked: [], cursor: 0, scroll: 0 };
  return before?.state.phase === state.phase ? desk : { ...desk, scroll: 0 };
}

function patchDesk(core: Core, change: (run: RunView) => Partial<RunDesk>): void {
  core.session.setState(({ run }) =>
    run === null ? {} : { run: { ...run, desk: { ...run.desk, ...change(run) } } },
  );
}

/** Ticks the point at hand, or takes the tick away; a tick leads on to the next that is open. */
export function tick(core: Core): void {
  patchDesk(core, (run) => {
    const { cursor, ticked } = run.desk;
    if (ticked.includes(cursor)) return { ticked: ticked.filter((place) => place !== cursor) };
    const now = [...ticked, cursor];
    const points = pointsOf(run).map((_, place) => place);
    const open = points.filter((place) => !now.includes(place));
    return { ticked: now, cursor: open.find((place) => place > cursor) ?? open[0] ?? cursor };
  });
}

/** True where moving means the points of a checklist, not the lines of the step. */
function movesPoints(run: RunView): boolean {
  const { phase } = run.state;
  return pointsOf(run).length > 0 && (phase === 'deciding' || phase === 'leaf');
}

/** Moves the point at hand, or scrolls the step; `next` tells where from a place one comes. */
export function moveDesk(
  core: Core,
  next: (from: number, last: number) => number,
  scrollMax: number,
): void {
  patchDesk(core, (run) =>
    movesPoints(run)
      ? { cursor: next(run.desk.cursor, pointsOf(run).length - 1) }
      : { scroll: next(Math.min(run.desk.scroll, scrollMax), scrollMax) },
  );
}
