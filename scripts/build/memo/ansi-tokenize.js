// Ink takes every line of the screen apart anew for each frame. The results are never written to.
import {
  styledCharsFromTokens as charsOf,
  tokenize as tokensOf,
} from '../../../node_modules/@alcalzone/ansi-tokenize/build/index.js';
import { remembered } from './bounded.js';

export * from '../../../node_modules/@alcalzone/ansi-tokenize/build/index.js';

const tokens = remembered(400, (text) => tokensOf(text));
const chars = new WeakMap();

export function tokenize(text, endChar) {
  return endChar === undefined ? tokens(text) : tokensOf(text, endChar);
}

export function styledCharsFromTokens(from) {
  let found = chars.get(from);
  if (found === undefined) {
    found = charsOf(from);
    chars.set(from, found);
  }
  return found;
}
