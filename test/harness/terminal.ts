import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { childHome } from './child-environment.ts';
import { type Expected, matches } from './expected.ts';
import { listenForIdle } from './idle-listener.ts';
import { createKeyboard, type Keyboard } from './keyboard.ts';
import { type Exit, followPty } from './pty-process.ts';
import {
  createScreen,
  framed,
  type Screen,
  type ScreenCounters,
  type TerminalModes,
} from './screen.ts';
import { createWaiting, type WaitOptions } from './waiting.ts';

const DEFAULT_WITHIN_MS = 10_000;
const CLOSE_WITHIN_MS = 10_000;

/** What to run, and on how big a terminal. */
export interface TerminalOptions {
  readonly command: string;
  readonly args?: readonly string[];
  readonly cols?: number;
  readonly rows?: number;
  readonly cwd?: string;
  /** What the terminal shows already, e.g. what a shell wrote before the program was started. */
  readonly shows?: string;
  /** Added to the built environment; nothing is inherited. `CI` cannot be given. */
  readonly env?: Readonly<Record<string, string>>;
  /** A home folder to live in again, for a program that is started a second time. */
  readonly home?: string;
}

/** A program on a real pseudo-terminal, and the screen it draws. */
export interface Terminal extends Keyboard {
  readonly pid: number;
  readonly home: string;
  readonly exit: Promise<Exit>;
  readonly screen: Screen;
  /** The visible lines, trailing blanks cut. */
  lines(): string[];
  /** The visible lines as one text. */
  text(): string;
  /** Waits until the screen shows `expected`; fails with the last screen. */
  until(expected: Expected, options?: WaitOptions): Promise<void>;
  /** Frames drawn so far, as the program last reported. */
  frames(): number;
  resize(cols: number, rows: number): void;
  kill(signal: NodeJS.Signals): void;
  /** Closes the terminal under the program, as a lost connection does. */
  hangup(): void;
  /** The last 4 MiB the program wrote. */
  raw(): Buffer;
  counters(): ScreenCounters;
  modes(): TerminalModes;
  /** Whether the program left the terminal as it found it. */
  terminalRestored(): boolean;
  /** Ends the program if it still runs and removes its home. */
  close(): Promise<void>;
}

/** Starts a program on a pseudo-terminal of its own. Close it when done. */
export async function openTerminal(options: TerminalOptions): Promise<Terminal> {
  const { command, args = [], cols = 80, rows = 24 } = options;
  if (options.env !== undefined && 'CI' in options.env) {
    throw new Error('CI must not reach a program under test: Ink then paints nothing');
  }
  const home = childHome(options.home);
  const socketPath = join(
    home.env['XDG_RUNTIME_DIR'] ?? home.folder,
    `idle-${process.hrtime.bigint()}`,
  );
  const idle = await listenForIdle(socketPath);
  const env: Record<string, string> = {
    ...home.env,
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
    OPSCONSOLE_IDLE_SOCKET: socketPath,
    ...options.env,
  };
  const screen = createScreen(cols, rows);
  if (options.shows !== undefined) await screen.write(options.shows);
  const pty = spawn(command, [...args], {
    name: 'xterm-256color',
    cols,
    rows,
    cwd: options.cwd ?? home.folder,
    env,
    encoding: null,
  });
  const name = [command, ...args].join(' ');
  const waiting = createWaiting();
  const program = followPty(pty, screen, waiting.wake);
  idle.onReport(waiting.wake);
  const shown = () => framed(screen);
  const keyboard = createKeyboard({ name, program, idle, screen, waiting });
  return {
    ...keyboard,
    pid: pty.pid,
    home: home.folder,
    exit: program.exit,
    screen,
    lines: () => screen.lines(),
    text: () => screen.lines().join('\n'),
    until: (expected, { withinMs = DEFAULT_WITHIN_MS } = {}) =>
      waiting.until(
        () => {
          if (matches(expected, screen.lines())) return true;
          const ended = program.ended();
          if (ended === null) return false;
          const how = JSON.stringify(ended);
          throw new Error(`${name} ended (${how}) before it showed ${expected}\n${shown()}`);
        },
        withinMs,
        () => `${name} did not show ${expected} within ${withinMs} ms\n${shown()}`,
      ),
    frames: () => idle.state.frames,
    resize: (newCols, newRows) => {
      screen.resize(newCols, newRows);
      program.resize(newCols, newRows);
    },
    kill: program.kill,
    hangup: program.hangup,
    raw: program.raw,
    counters: () => screen.counters(),
    modes: () => screen.modes(),
    terminalRestored: () => isRestored(screen.modes()),
    close: async () => {
      program.kill('SIGKILL');
      await waiting.until(
        () => program.ended() !== null,
        CLOSE_WITHIN_MS,
        () => `${name} (process ${pty.pid}) did not end on SIGKILL`,
      );
      await idle.close();
      home.remove();
    },
  };
}

function isRestored(modes: TerminalModes): boolean {
  return !modes.alternateScreen && modes.cursorShown && !modes.bracketedPaste && !modes.mouse;
}
