import type { Core } from './core.ts';
import type { LogDesk } from './log-desk.ts';
import type { LogView } from './log-view.ts';
import { choosing, nextHit, windowOf } from './log-window.ts';

/** Goes to the line that is looked for while it is typed, and back when it is given up. */
export interface LogSeeking {
  /** Opens the field. */
  begin(): void;
  stop(): void;
}

export function createLogSeeking(core: Core, desk: LogDesk): LogSeeking {
  /** How it was looked at when the field was opened. */
  let from: LogView | null = null;
  const typing = () => {
    const top = core.session.getState().overlays.at(-1);
    return top?.kind === 'filter' && 'log' in top.target && top.target.log === 'search';
  };
  const stop = core.session.subscribe(({ logs }, { logs: before }) => {
    if (logs === null || before === null || logs.search === before.search) return;
    const seen = desk.sight();
    if (from === null || seen === null || !typing()) return;
    const { found, geometry } = seen;
    const start = windowOf(found, from, geometry).cursor;
    // While the newest line is followed what is wanted has happened before it.
    const hit = found.hits.includes(start) ? start : nextHit(found, start, from.follow ? -1 : 1);
    const stay = logs.search === '' || hit === null;
    desk.change({ view: stay ? from : choosing(found, from, geometry, hit) });
  });
  return {
    begin() {
      const open = desk.logs();
      if (open === null) return;
      from = open.view;
      core.push({ kind: 'filter', target: { log: 'search' }, text: '', before: open.search });
    },
    stop,
  };
}
