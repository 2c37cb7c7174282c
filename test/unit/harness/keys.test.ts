import { expect, test } from 'vitest';
import { keyBytes } from '../../harness/keys.ts';

test.each([
  ['Enter', '\r'],
  ['Esc', '\x1b'],
  ['Up', '\x1b[A'],
  ['Ctrl-C', '\x03'],
  ['Ctrl-z', '\x1a'],
  ['y', 'y'],
  ['?', '?'],
])('%s is sent as the bytes of a terminal', (key, bytes) => {
  expect(keyBytes(key)).toBe(bytes);
});

test('a misspelt name is refused instead of being typed letter by letter', () => {
  expect(() => keyBytes('Return')).toThrow(/no key is called "Return"/);
});
