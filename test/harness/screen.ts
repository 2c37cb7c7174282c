import xterm from '@xterm/headless';

/** A place on the terminal that a program draws on. */
export type XtermTerminal = xterm.Terminal;

/** What has happened on a screen since it was made. */
export interface ScreenCounters {
  /** Bytes written by the program. */
  readonly bytes: number;
  /** Times the whole screen was erased: CSI 2J, CSI 3J, or erase-down from the top left corner. */
  readonly clears: number;
  /** Lines that were pushed off the top, on either screen. */
  readonly scrolledLines: number;
  /** Times a synchronised or plain write arrived. */
  readonly writes: number;
}

/** How the program left the terminal. */
export interface TerminalModes {
  readonly alternateScreen: boolean;
  readonly cursorShown: boolean;
  readonly bracketedPaste: boolean;
  readonly mouse: boolean;
}

/** A terminal without a window: bytes in, lines out. */
export interface Screen {
  readonly xterm: XtermTerminal;
  /** Draws the bytes; the promise is kept when they have been drawn. */
  write(bytes: Uint8Array | string): Promise<void>;
  /** The visible lines, their trailing blanks cut. */
  lines(): string[];
  counters(): ScreenCounters;
  modes(): TerminalModes;
  resize(cols: number, rows: number): void;
}

/** Makes an empty screen of `cols` × `rows` cells. */
export function createScreen(cols: number, rows: number): Screen {
  const terminal = new xterm.Terminal({
    cols,
    rows,
    convertEol: true,
    allowProposedApi: true,
    scrollback: 10_000,
  });
  const counted = { bytes: 0, clears: 0, scrolledLines: 0, writes: 0 };
  let cursorShown = true;
  terminal.onScroll(() => {
    counted.scrolledLines += 1;
  });
  // Changing between the screens tells of a scroll that is none.
  terminal.buffer.onBufferChange(() => {
    counted.scrolledLines -= 1;
  });
  terminal.parser.registerCsiHandler({ final: 'S' }, ([lines]) => {
    counted.scrolledLines += Math.max(1, Number(lines ?? 1));
    return false;
  });
  terminal.parser.registerCsiHandler({ final: 'J' }, ([mode]) => {
    const { cursorX, cursorY } = terminal.buffer.active;
    const fromHome = (mode ?? 0) === 0 && cursorX === 0 && cursorY === 0;
    if (mode === 2 || mode === 3 || fromHome) counted.clears += 1;
    return false;
  });
  terminal.parser.registerCsiHandler({ prefix: '?', final: 'h' }, (params) => {
    if (params.includes(25)) cursorShown = true;
    return false;
  });
  terminal.parser.registerCsiHandler({ prefix: '?', final: 'l' }, (params) => {
    if (params.includes(25)) cursorShown = false;
    return false;
  });
  return {
    xterm: terminal,
    write(bytes) {
      counted.bytes += Buffer.byteLength(bytes);
      counted.writes += 1;
      return new Promise((resolve) => terminal.write(bytes, resolve));
    },
    lines: () => visibleLines(terminal),
    counters: () => ({ ...counted }),
    modes: () => ({
      alternateScreen: terminal.buffer.active.type === 'alternate',
      cursorShown,
      bracketedPaste: terminal.modes.bracketedPasteMode,
      mouse: terminal.modes.mouseTrackingMode !== 'none',
    }),
    resize: (newCols, newRows) => terminal.resize(newCols, newRows),
  };
}

function visibleLines(terminal: XtermTerminal): string[] {
  const { active } = terminal.buffer;
  // A line keeps the cells that a narrower terminal no longer shows.
  return Array.from({ length: terminal.rows }, (_, row) =>
    (active.getLine(active.baseY + row)?.translateToString(true, 0, terminal.cols) ?? '').trimEnd(),
  );
}

/** The screen in a frame, for the message of a failed wait. */
export function framed(screen: Screen): string {
  const { cols } = screen.xterm;
  const rule = '─'.repeat(cols);
  const lines = screen.lines().map((line) => `│${line}`);
  return [`┌${rule}`, ...lines, `└${rule}`].join('\n');
}
