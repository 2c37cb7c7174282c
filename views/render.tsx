import { render } from 'ink';
import { clipboardSequence } from '../src/console/clipboard.ts';
import type { Console } from '../src/console/console.ts';
import type { IdleCounter } from '../src/console/idle.ts';
import type { ConsolePorts } from '../src/console/ports.ts';
import { App } from './app.tsx';
import { type Appearance, StageContext } from './kit/context.ts';
import { ErrorBoundary } from './kit/error-boundary.tsx';
import { createTicker } from './kit/ticker.ts';

/** Frames a second at most for changes of the facts; a key is painted at once. */
const FRAMES_PER_SECOND_MAX = 15;

/** Empties the screen and goes to its first cell. */
const CLEAR = '\u001b[2J\u001b[H';

export interface RenderOptions {
  readonly console: Console;
  readonly ports: ConsolePorts;
  readonly appearance: Appearance;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly idle: IdleCounter;
  /** Hears, each time all work has settled and is on the terminal, the keys handled and frames drawn. */
  readonly onSettled?: (handled: number, frames: number) => void;
}

/** What a region's console is drawn from. */
export type Shown = Pick<RenderOptions, 'console' | 'ports'>;

export interface Rendered {
  /** Resolves when the operator has left; rejects with the error that broke the screen. */
  waitUntilExit(): Promise<void>;
  /** Resolves when everything that has changed is on the terminal. */
  flushed(): Promise<void>;
  /** Draws all of it as another terminal would show it, e.g. by the theme of the configuration. */
  restyle(appearance: Appearance): void;
  /** Draws another region's console from now on. */
  show(next: Shown): void;
  unmount(): void;
}

/** Counts what was done, and tells when all of it is on the terminal. */
function createPainter(
  { idle, onSettled }: RenderOptions,
  flushed: () => Promise<void>,
  redraw: () => void,
) {
  let handled = 0;
  let frames = 0;
  let painted = () => {};
  let unfollow = () => {};
  const flush = () => {
    const done = idle.begin();
    void flushed().then(painted).finally(done);
  };
  const unlisten = idle.onIdle(() => {
    void flushed().then(() => {
      if (!idle.busy()) onSettled?.(handled, frames);
    });
  });
  return {
    flush,
    /** Paints what this console changes, and no other's. */
    follow(console: Console) {
      unfollow();
      painted = console.painted;
      // What a key or a dialog changes is painted at once; all else waits for its turn.
      unfollow = console.session.subscribe((now, before) => {
        if (now.redraws !== before.redraws) redraw();
        const opened = now.overlays !== before.overlays || now.screen !== before.screen;
        // A plan counts as seen from when it stands on the terminal, whatever brought it there.
        if (opened || now.run?.preview !== before.run?.preview) flush();
      });
    },
    onKeys(count: number) {
      handled += count;
      flush();
    },
    onRender() {
      frames += 1;
    },
    close() {
      unfollow();
      unlisten();
    },
  };
}

/**
 * Draws the console on a terminal until it is left. Whatever happens, the terminal is given back as it
 * was; an error in a view ends the screen and rejects `waitUntilExit`.
 */
export function renderConsole(options: RenderOptions): Rendered {
  const { stdin, stdout } = options;
  let shown: Shown = options;
  let generation = 0;
  let appearance = options.appearance;
  let broken: Error | null = null;
  const ticker = createTicker(options.ports);
  const redraw = () => {
    instance.clear();
    stdout.write(CLEAR);
    instance.rerender(tree());
  };
  const painter = createPainter(options, () => instance.waitUntilRenderFlush(), redraw);
  const follow = ({ console }: Shown) => {
    painter.follow(console);
    console.onCopy((text) => {
      const sequence = clipboardSequence(text, appearance.tmux === true);
      if (sequence === null) return 'it is longer than a terminal takes (56,000 bytes at most)';
      stdout.write(sequence);
      return null;
    });
  };
  follow(shown);
  const onError = (error: Error) => {
    broken = error;
    instance.unmount();
  };
  const tree = () => (
    <ErrorBoundary onError={onError}>
      <StageContext value={{ ...shown, generation, ticker, appearance }}>
        <App columns={stdout.columns || 80} rows={stdout.rows || 24} onKeys={painter.onKeys} />
      </StageContext>
    </ErrorBoundary>
  );
  // Ink asks for it only after the first frame: what is typed by then would be echoed over that.
  stdin.setRawMode?.(true);
  const instance = render(tree(), {
    stdin,
    stdout,
    alternateScreen: true,
    incrementalRendering: true,
    maxFps: FRAMES_PER_SECOND_MAX,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: stdout.isTTY === true,
    onRender: painter.onRender,
  });
  // Ink draws the old tree at the new size as soon as it hears of it: the tree has to change before.
  const onResize = () => {
    instance.rerender(tree());
    painter.flush();
  };
  stdout.prependListener('resize', onResize);
  painter.flush();
  return {
    async waitUntilExit() {
      try {
        await instance.waitUntilExit();
      } finally {
        painter.close();
        stdin.setRawMode?.(false);
        stdout.off('resize', onResize);
      }
      if (broken !== null) throw broken;
    },
    flushed: () => instance.waitUntilRenderFlush(),
    restyle(next) {
      appearance = next;
      instance.rerender(tree());
    },
    show(next) {
      shown = { console: next.console, ports: next.ports };
      generation += 1;
      follow(shown);
      instance.rerender(tree());
      painter.flush();
    },
    unmount: () => instance.unmount(),
  };
}
