import type { LogFound } from '../../src/console/log-lens.ts';
import type { LogSession } from '../../src/console/log-session.ts';
import type { LogWindow } from '../../src/console/log-window.ts';
import type { LogBookState } from '../../src/live/logs.ts';

/** What the parts of the log screen draw. */
export interface LogParts {
  readonly logs: LogSession;
  /** What there is now. */
  readonly now: LogBookState;
  /** What is looked at: the same, unless it is paused. */
  readonly shown: LogBookState;
  readonly found: LogFound;
  readonly window: LogWindow;
  readonly width: number;
  readonly rows: number;
}
