import type { Command } from '../keymap/commands.ts';
import type { LogCommand, LogMinutes } from '../keymap/log-commands.ts';
import type { Core } from './core.ts';
import { createLogDesk } from './log-desk.ts';
import { createLogMoves } from './log-moves.ts';
import { createLogOpening } from './log-opening.ts';
import { createLogSeeking } from './log-seeking.ts';
import { type LogSession, newLogSession } from './log-session.ts';
import { createLogVerbs } from './log-verbs.ts';
import { back } from './navigate.ts';
import { entering } from './places.ts';

/** The keys of the log screen. */
export interface LogScreen {
  /** Opens the logs of these containers, merged. */
  open(containers: readonly string[]): void;
  /** Opens logs that the configuration names. */
  openNames(names: readonly string[]): void;
  handle(command: LogCommand): void;
  move(command: Extract<Command, { type: 'move' }>): void;
  /** Copies the chosen line as it was written. */
  copy(): void;
  /** The screen was left. */
  left(): void;
  close(): void;
}

export function createLogScreen(core: Core): LogScreen {
  const desk = createLogDesk(core);
  const opening = createLogOpening(core);
  const seeking = createLogSeeking(core, desk);
  const left = () => {
    opening.leave();
    core.session.setState({ logs: null });
  };
  const reopen = (part: Partial<LogSession>) => {
    const open = desk.logs();
    if (open === null) return;
    const view = { ...open.view, follow: true, paused: null, cursor: null, top: null };
    opening.open({ ...open, ...part, view });
  };
  const leave = () => back(core, left);
  const verbs = createLogVerbs({ core, desk, seek: seeking.begin, reopen, leave });
  const start = (containers: readonly string[], names: readonly string[]) => {
    if (core.ports.openLogs === undefined) {
      core.toast('logs cannot be read here: no container engine is configured');
      return;
    }
    core.session.setState((state) => entering(state, { screen: 'logs' }));
    opening.open(newLogSession({ containers, names, previous: false, sinceMs: null }));
  };
  const since = (minutes: LogMinutes) => {
    const open = desk.logs();
    if (open === null) return;
    const sinceMs = minutes === null ? null : core.ports.clock.now() - minutes * 60_000;
    reopen({ since: minutes, target: { ...open.target, previous: false, sinceMs } });
  };
  return {
    open: (containers) => start(containers, []),
    openNames: (names) => start([], names),
    handle(command) {
      if (command.verb === 'since') since(command.minutes);
      else verbs[command.verb]();
    },
    move: createLogMoves(desk),
    copy() {
      const seen = desk.sight();
      const entry = seen?.found.entries[seen.window.cursor];
      if (entry === undefined) core.toast('there is no line to copy');
      else core.copy(entry.line.raw, `a line of ${entry.line.source}`);
    },
    left,
    close() {
      seeking.stop();
      opening.leave();
    },
  };
}
