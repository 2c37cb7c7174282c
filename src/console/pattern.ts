import { setFlagsFromString } from 'node:v8';

/** So many steps back a pattern may take in one text; then V8’s linear engine matches it. */
const BACKTRACKS_MAX = 2000;

/** What only steps back can match: references to what was matched, and a look ahead or behind. */
const BACKTRACKING_ONLY = /\\[1-9]|\\k<|\(\?<?[=!]/;

let bounded = false;

/** Asked for by the first pattern: V8 refuses compiled code from the cache that other flags were used for. */
function boundBacktracking(): void {
  if (bounded) return;
  bounded = true;
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
  setFlagsFromString(`--regexp-backtracks-before-fallback=${BACKTRACKS_MAX}`);
}

/**
 * Reads a regular expression that an operator types. Whatever it is, its time grows with the text and no
 * faster: `(a+)+$` would otherwise hold the screen for minutes on forty letters. The engine that bounds
 * it cannot ignore the case of letters, so the expression is made for texts that are `lowered`.
 *
 * @returns global, or null for what is no regular expression or cannot be bounded so
 */
export function boundedPattern(typed: string): RegExp | null {
  if (BACKTRACKING_ONLY.test(typed)) return null;
  boundBacktracking();
  const source = typed.replace(/\\.|[^\\]+/gs, (part) =>
    part.startsWith('\\') ? part : part.toLowerCase(),
  );
  try {
    return new RegExp(source, 'g');
  } catch {
    return null;
  }
}

/** A text as a `boundedPattern` wants it; every letter stays where it was. */
export function lowered(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text;
}
