import type { Key } from 'ink';
import { describe, expect, test } from 'vitest';
import { keyEvents } from '../../../views/kit/key-events.ts';

const key = (pressed: Partial<Key>): Key => pressed as Key;
const names = (input: string, pressed: Partial<Key>) =>
  keyEvents(input, key(pressed)).map((event) => (event.kind === 'key' ? event.key : 'paste'));

describe('keys that a slow line glued together', () => {
  test('Esc with Enter leaves, and confirms nothing', () => {
    expect(names('\r', { meta: true, return: true })).toEqual(['escape']);
  });

  test('Esc alone, and Enter alone, are what they are', () => {
    expect(names('', { meta: true, escape: true })).toEqual(['escape']);
    expect(names('\r', { return: true })).toEqual(['enter']);
  });

  test('Esc with a letter is both, marked as a burst that confirms nothing', () => {
    expect(keyEvents('y', key({ meta: true }))).toEqual([
      { kind: 'key', key: 'escape', burst: true },
      { kind: 'key', key: 'y', burst: true },
    ]);
  });

  test('more than hands type at once is a paste', () => {
    expect(names('yyes', {})).toEqual(['paste']);
  });

  test('a held key is no paste, however many of it arrive as one; they confirm nothing', () => {
    const held = keyEvents('j'.repeat(40), key({}));
    expect(held).toHaveLength(40);
    expect(held[39]).toEqual({ kind: 'key', key: 'j', burst: true });
  });

  test('control characters among others are the keys they are', () => {
    expect(names('\u0015\r', {})).toEqual(['ctrl+u', 'enter']);
    expect(names('\u0003\u0003', {})).toEqual(['ctrl+c', 'ctrl+c']);
  });
});
