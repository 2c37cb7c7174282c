/**
 * One key as the keymap knows it: a character (`j`, `G`, `?`) or a name (`enter`, `escape`, `up`,
 * `pagedown`, `ctrl+c` …).
 */
export interface KeyPress {
  readonly kind: 'key';
  readonly key: string;
  /** Arrived glued to other characters: typed ahead on a slow line, or pasted without brackets. */
  readonly burst: boolean;
}

/** Text the terminal marked as pasted. It is text for a field, never keys. */
interface Paste {
  readonly kind: 'paste';
  readonly text: string;
}

export type InputEvent = KeyPress | Paste;

const labels: Readonly<Record<string, string>> = {
  enter: '⏎',
  escape: 'Esc',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  backspace: '⌫',
  tab: 'Tab',
  'shift+tab': 'Shift-Tab',
  'ctrl+c': 'Ctrl-C',
  'ctrl+u': 'Ctrl-U',
  'ctrl+l': 'Ctrl-L',
};

/** How a key is written in help and hints, e.g. `enter` → `⏎`. */
export function keyLabel(key: string): string {
  return labels[key] ?? key;
}

/** True for a single printable character, the only keys that become text. */
export function isPrintable(key: string): boolean {
  return [...key].length === 1 && key >= ' ' && key !== '\u007f';
}
