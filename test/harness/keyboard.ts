import type { IdleListener } from './idle-listener.ts';
import { keyBytes } from './keys.ts';
import type { PtyProcess } from './pty-process.ts';
import { framed, type Screen } from './screen.ts';
import type { Waiting, WaitOptions } from './waiting.ts';

/** A key that opens a dialog is handled when its targets have been read. */
const DEFAULT_WITHIN_MS = 30_000;

/** Keys for a program under test. */
export interface Keyboard {
  /** Presses keys one after another, each handled by the program before the next is sent. */
  press(...keys: readonly string[]): Promise<void>;
  /** Presses every character of `text`. */
  type(text: string): Promise<void>;
  /** Pastes, bracketed when the program asked for it; `keys` is what the program counts for it. */
  paste(text: string, keys?: number): void;
  /** Sends bytes at once and does not wait; `keys` is how many keys the program should count. */
  send(bytes: string, keys?: number): void;
  /** Waits until the program has handled every key sent and come to rest, or has ended. */
  settled(options?: WaitOptions): Promise<void>;
}

interface KeyboardParts {
  readonly name: string;
  readonly program: PtyProcess;
  readonly idle: IdleListener;
  readonly screen: Screen;
  readonly waiting: Waiting;
}

/** A program that never connects to its idle socket gets keys unpaced; `settled` then fails. */
export function createKeyboard({ name, program, idle, screen, waiting }: KeyboardParts): Keyboard {
  let sent = 0;
  const send = (bytes: string, keys = 1) => {
    sent += keys;
    program.write(bytes);
  };
  const settled = ({ withinMs = DEFAULT_WITHIN_MS }: WaitOptions = {}) =>
    waiting.until(
      () => program.ended() !== null || (idle.state.connected && idle.state.handled >= sent),
      withinMs,
      () => {
        const { connected, handled } = idle.state;
        const silent = connected ? '' : '; it never connected to its idle socket';
        const counts = `${handled} of ${sent} keys`;
        return `${name} handled ${counts} within ${withinMs} ms${silent}\n${framed(screen)}`;
      },
    );
  const press = async (keys: readonly string[]) => {
    for (const key of keys) {
      send(keyBytes(key));
      if (idle.state.connected) await settled();
    }
  };
  return {
    press: (...keys) => press(keys),
    type: (text) => press([...text]),
    paste: (text, keys = 1) =>
      send(screen.modes().bracketedPaste ? `\x1b[200~${text}\x1b[201~` : text, keys),
    send,
    settled,
  };
}
