import type { Core } from './core.ts';
import { foundIn, type LogSession, logGeometry, shownBook } from './log-session.ts';
import { logSources } from './log-sources.ts';
import { choosing, windowOf } from './log-window.ts';
import { shownLive } from './selection.ts';

/** Rows of the frame above and below the log screen. */
const FRAME_ROWS = 2;

/** What keys read of the screen, and how they change it. */
export function createLogDesk(core: Core) {
  const logs = () => core.session.getState().logs;
  const change = (part: Partial<LogSession>) =>
    core.session.setState((state) =>
      state.logs === null ? {} : { logs: { ...state.logs, ...part } },
    );
  /** The lines on the screen, and their geometry; null when no log is open. */
  const sight = () => {
    const { columns, rows, logs: open } = core.session.getState();
    if (open === null) return null;
    const state = shownBook(open);
    const found = foundIn(open, state);
    const geometry = logGeometry(open, state, columns, rows - FRAME_ROWS);
    const window = windowOf(found, open.view, geometry);
    return { open, state, found, geometry, window, columns, rows: rows - FRAME_ROWS };
  };
  const choose = (index: number | null) => {
    const seen = sight();
    if (seen === null || index === null) return;
    change({ view: choosing(seen.found, seen.open.view, seen.geometry, index), scroll: 0 });
  };
  const sources = () => {
    const session = core.session.getState();
    return logSources(shownLive(core.ports, session), core.ports.logNames ?? []);
  };
  return { logs, change, sight, choose, sources };
}

export type LogDesk = ReturnType<typeof createLogDesk>;
