import type { Key } from 'ink';
import type { InputEvent } from '../../src/keymap/keys.ts';

/** Unmarked input longer than this is a paste from a terminal that cannot mark one. */
const BURST_LENGTH_MAX = 3;

const named: readonly (readonly [keyof Key, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageDown', 'pagedown'],
  ['pageUp', 'pageup'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
];

function characterKey(character: string): string {
  if (character === '\r' || character === '\n') return 'enter';
  if (character === '\t') return 'tab';
  if (character >= '\u0001' && character <= '\u001a') {
    return `ctrl+${String.fromCharCode(character.charCodeAt(0) + 96)}`;
  }
  return character;
}

/** A key that is held arrives as one piece when the line stutters; nobody pastes forty times `j`. */
const isHeld = (characters: readonly string[]) => new Set(characters).size === 1;

/**
 * What Ink tells about one piece of input as keys. A slow line may glue a few characters together: they
 * are keys, marked as a burst (Esc and a letter arrive as one with `meta`); anything longer is a paste.
 */
export function keyEvents(input: string, key: Key): readonly InputEvent[] {
  if (key.ctrl) return [{ kind: 'key', key: `ctrl+${input}`, burst: false }];
  // Esc and Enter glued together by a slow line: what was left with Esc must not be confirmed by Enter.
  const afterEscape = key.meta && !key.escape;
  if (key.tab && key.shift) return [{ kind: 'key', key: 'shift+tab', burst: false }];
  for (const [flag, name] of named) {
    if (key[flag] === true && afterEscape) return [{ kind: 'key', key: 'escape', burst: true }];
    if (key[flag] === true) return [{ kind: 'key', key: name, burst: false }];
  }
  const characters = [...input];
  if (characters.length === 0) return [];
  if (characters.length > BURST_LENGTH_MAX && !isHeld(characters)) {
    return [{ kind: 'paste', text: input }];
  }
  const escaped: readonly InputEvent[] = key.meta
    ? [{ kind: 'key', key: 'escape', burst: true }]
    : [];
  const burst = characters.length > 1 || key.meta;
  const keys = characters.map(
    (character) => ({ kind: 'key', key: characterKey(character), burst }) as const,
  );
  return [...escaped, ...keys];
}
