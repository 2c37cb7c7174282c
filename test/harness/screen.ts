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

/** The moment at which a line was pushed off the top. */
interface Scroll {
  /** What the program had written at once, of which something pushed the line off. */
  readonly drawing: string;
  /** The place of the cursor then, from 0. */
  readonly cursor: { readonly x: number; readonly y: number };
  readonly lines: readonly string[];
}

/** Moments of scrolling that are kept: the first ones tell the cause. */
const SCROLLS_MAX = 5;

/** A terminal without a window: bytes in, lines out. */
export interface Screen {
  readonly xterm: XtermTerminal;
  /** Draws the bytes; the promise is kept when they have been drawn. */
  write(bytes: Uint8Array | string): Promise<void>;
  /** The visible lines, their trailing blanks cut. */
  lines(): string[];
  counters(): ScreenCounters;
  /** The first moments at which lines were pushed off the top. */
  scrolls(): readonly Scroll[];
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
  const undrawn: (Uint8Array | string)[] = [];
  const scrolls: Scroll[] = [];
  let cursorShown = true;
  const scrolled = (lines: number) => {
    counted.scrolledLines += lines;
    if (scrolls.length >= SCROLLS_MAX) return;
    const { cursorX: x, cursorY: y } = terminal.buffer.active;
    const drawing = Buffer.from(undrawn[0] ?? '').toString();
    scrolls.push({ drawing, cursor: { x, y }, lines: visibleLines(terminal) });
  };
  let { type } = terminal.buffer.active;
  terminal.onScroll(() => {
    // Changing between the screens tells of a scroll that is none.
    if (terminal.buffer.active.type === type) scrolled(1);
    type = terminal.buffer.active.type;
  });
  terminal.parser.registerCsiHandler({ final: 'S' }, ([lines]) => {
    scrolled(Math.max(1, Number(lines ?? 1)));
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
      undrawn.push(bytes);
      return new Promise((resolve) => {
        terminal.write(bytes, () => {
          undrawn.shift();
          resolve();
        });
      });
    },
    lines: () => visibleLines(terminal),
    counters: () => ({ ...counted }),
    scrolls: () => [...scrolls],
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
