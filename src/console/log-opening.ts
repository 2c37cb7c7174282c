import type { Core } from './core.ts';
import type { LogSession } from './log-session.ts';

/** Keeps one book of logs open: that of the session. */
export interface LogOpening {
  /** Shows this session, and opens what it is about; what was open before is closed. */
  open(session: LogSession): void;
  /** Closes what is open, or is being opened. */
  leave(): void;
}

export function createLogOpening(core: Core): LogOpening {
  /** Counts the openings: one that was overtaken is closed as soon as it is there. */
  let turn = 0;
  const leave = () => {
    turn += 1;
    core.session.getState().logs?.book?.close();
  };
  return {
    leave,
    open(session) {
      leave();
      const mine = turn;
      core.session.setState({ logs: { ...session, book: null } });
      core.task('The log cannot be opened', async () => {
        const book = await core.ports.openLogs?.(session.target);
        if (book === undefined) return;
        const { logs } = core.session.getState();
        if (mine !== turn || logs === null) book.close();
        else core.session.setState({ logs: { ...logs, book } });
      });
    },
  };
}
