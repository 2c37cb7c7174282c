import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Command } from '../keymap/commands.ts';
import type { InputEvent } from '../keymap/keys.ts';
import { type CopyOutcome, createCore } from './core.ts';
import { createDispatcher } from './dispatcher.ts';
import type { IdleCounter } from './idle.ts';
import { createInterest } from './interest.ts';
import type { ConsolePorts } from './ports.ts';
import { initialSession, type MessageOverlay, type SessionState } from './session.ts';

/** The console behind the screen: it takes keys, keeps the session and asks the program. */
export interface Console {
  readonly session: StoreApi<SessionState>;
  /** Carries out one command, as if its key had been pressed. */
  dispatch(command: Command): void;
  /** Takes one key or one paste. */
  key(event: InputEvent): void;
  /** A line of the topmost list overlay was chosen. */
  choose(value: string): void;
  /** The terminal has this size now. */
  resize(columns: number, rows: number): void;
  /** How far the text being read can be scrolled, lines. */
  measure(scrollMax: number): void;
  /** A frame with all changes so far has been written: dialogs begin to count as seen. */
  painted(): void;
  /** Says something in a dialog of its own, as who opened the screen wants it. */
  tell(words: Pick<MessageOverlay, 'title' | 'text' | 'mend' | 'tone'>): void;
  /** `viewer` shows the usage of these containers now; none once it is gone. */
  shows(viewer: object, ids: readonly string[]): void;
  /** Names the terminal's clipboard: it answers null, or why the text was not taken. */
  onCopy(clipboard: (text: string) => CopyOutcome): void;
  /** Gives up the run on the screen and every timer; runs under way go on without it. */
  close(): void;
}

/**
 * Makes the console.
 * @param ports all it needs of the program
 * @param options.idle counts the work keys cause, for those who wait
 */
export function createConsole(ports: ConsolePorts, { idle }: { idle: IdleCounter }): Console {
  const session = createStore<SessionState>(initialSession);
  let clipboard: (text: string) => CopyOutcome = () => 'no terminal is attached';
  const core = createCore(ports, session, idle, (text) => clipboard(text));
  const interest = createInterest(ports);
  const dispatcher = createDispatcher(core);
  return {
    session,
    ...dispatcher,
    resize: core.resize,
    painted: core.painted,
    tell: core.message,
    shows: interest.shows,
    onCopy(taker) {
      clipboard = taker;
    },
    close() {
      interest.close();
      dispatcher.close();
      core.close();
    },
  };
}
