import { EventEmitter } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { type Console, createConsole } from '../../../src/console/console.ts';
import { createIdleCounter } from '../../../src/console/idle.ts';
import type { Appearance } from '../../../views/kit/context.ts';
import { type Rendered, renderConsole } from '../../../views/render.tsx';
import type { FakePorts } from '../../fixtures/run.ts';
import type { FakeClock } from '../../harness/fake-clock.ts';
import { keyBytes } from '../../harness/keys.ts';
import { createScreen, type Screen } from '../../harness/screen.ts';
import { svgOf } from '../../harness/svg.ts';

/** Turns of the event loop after which everything a key has caused is on the screen: fakes answer at once. */
const TURNS = 8;

/** What a terminal shows by the time a program starts in it. */
export const SHELL_LINES = ['host login: on-call', 'Last login: today', '$ opsconsole'] as const;

/** A terminal's end that Ink writes to. */
class Output extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  readonly screen: Screen;
  tallest = 0;
  written = '';

  constructor(columns: number, rows: number) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
    this.screen = createScreen(columns, rows);
    void this.screen.write(SHELL_LINES.map((line) => `${line}\n`).join(''));
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    this.written += String(chunk);
    this.tallest = Math.max(this.tallest, String(chunk).split('\n').length);
    // The terminal draws at its own pace; who looks at it waits with `screen.write('')`.
    void this.screen.write(chunk);
    done();
  }
}

class Input extends PassThrough {
  readonly isTTY = true;
  raw = false;
  setRawMode(raw: boolean): this {
    this.raw = raw;
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

/** Writes the screen as a picture when a folder for pictures is named in PICTURES. */
function writePicture(screen: Screen, name: string): void {
  const folder = process.env['PICTURES'];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.svg`), svgOf(screen));
}

/** The console, with an event for each key or paste that it has taken. */
function listening(inner: Console, heard: EventEmitter): Console {
  return {
    ...inner,
    key(event) {
      inner.key(event);
      heard.emit('event');
    },
  };
}

export interface Stage {
  readonly console: Console;
  readonly rendered: Rendered;
  readonly screen: Screen;
  readonly input: Input;
  /** Frames drawn so far. */
  frames(): number;
  /** Everything written so far, as it was. */
  written(): string;
  /** Largest number of lines one write has put on the terminal. */
  tallestWrite(): number;
  /** The visible lines, as far as the terminal is wide. */
  lines(): string[];
  /** Lines that ran over the edge into the next one. */
  wrapped(): number;
  text(): string;
  /** Presses keys, each settled before the next. */
  press(...keys: readonly string[]): Promise<void>;
  /** Sends bytes as they are, e.g. a paste; waits until `events` reached the console. */
  send(bytes: string, events?: number): Promise<void>;
  /** Waits until what has changed is on the screen. */
  settle(): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** Writes the screen as a picture when a folder for pictures is named in PICTURES. */
  picture(name: string): void;
  close(): Promise<void>;
}

/** The rows in sight. A row keeps cells beyond its edge after the terminal became narrower. */
function rowsOf({ xterm }: Screen) {
  const { active } = xterm.buffer;
  return Array.from({ length: xterm.rows }, (_, row) => active.getLine(active.baseY + row));
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Puts the whole console on a terminal of `columns` × `rows`, through the real Ink. */
export async function openStage(
  ports: FakePorts & { readonly clock: FakeClock | FakePorts['clock'] },
  columns: number,
  rows: number,
  appearance: Appearance = { color: true, unicode: true },
): Promise<Stage> {
  const idle = createIdleCounter();
  const inner = createConsole(ports, { idle });
  const heard = new EventEmitter();
  let events = 0;
  let frames = 0;
  heard.on('event', () => {
    events += 1;
  });
  const console = listening(inner, heard);
  const stdout = new Output(columns, rows);
  const stdin = new Input();
  const rendered = renderConsole({
    console,
    ports,
    appearance,
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    idle,
    onSettled: (_, drawn) => {
      frames = drawn;
    },
  });
  let broken: unknown = null;
  rendered.waitUntilExit().catch((error: unknown) => {
    broken = error;
  });
  const settle = async () => {
    for (let count = 0; count < TURNS; count += 1) await turn();
    if (broken === null) await rendered.flushed();
    await stdout.screen.write('');
    if (broken !== null) throw broken;
  };
  const send = async (bytes: string, expected = 1) => {
    const until = events + expected;
    stdin.write(bytes);
    while (events < until) await new Promise((resolve) => heard.once('event', resolve));
    await settle();
  };
  const lines = () =>
    rowsOf(stdout.screen).map(
      (row) => row?.translateToString(true, 0, stdout.columns).trimEnd() ?? '',
    );
  await settle();
  return {
    console,
    rendered,
    screen: stdout.screen,
    input: stdin,
    frames: () => frames,
    written: () => stdout.written,
    tallestWrite: () => stdout.tallest,
    lines,
    wrapped: () => rowsOf(stdout.screen).filter((row) => row?.isWrapped).length,
    text: () => lines().join('\n'),
    async press(...keys) {
      for (const key of keys) await send(keyBytes(key));
    },
    send,
    settle,
    async resize(newColumns, newRows) {
      stdout.columns = newColumns;
      stdout.rows = newRows;
      stdout.screen.resize(newColumns, newRows);
      stdout.emit('resize');
      await settle();
    },
    picture: (name) => writePicture(stdout.screen, name),
    async close() {
      rendered.unmount();
      inner.close();
      await settle();
    },
  };
}
