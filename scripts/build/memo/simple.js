// What the console draws is letters, digits, bars and a few signs, each of them one cell wide and nothing
// to its neighbours, between sequences that change the colour. Of such a text is known without a look
// at each letter what Ink finds out with many.
import {
  ansiCodesToString,
  diffAnsiCodes,
  reduceAnsiCodesIncremental,
  tokenize,
} from '../../../node_modules/@alcalzone/ansi-tokenize/build/index.js';
import { remembered } from './bounded.js';

/** Ranges whose every character is one cell, with no other meaning; a test asks the width of each. */
const CELLS =
  ' -~\\u00a0-\\u00ac\\u00ae-\\u02ff\\u0391-\\u03a1\\u03a3-\\u03c9\\u0400-\\u0481\\u2010-\\u2016\\u2018-\\u2022\\u2024-\\u2027\\u2030-\\u2038\\u20a0-\\u20bf\\u2190-\\u21ff\\u2200-\\u22ff\\u232b\\u23ce\\u2500-\\u25fc\\u25ff\\u2713-\\u2718\\u279c';
const OTHER = new RegExp(`[^${CELLS}]`);
const OTHER_OR_NEWLINE = new RegExp(`[^${CELLS}\\n]`);
// biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for what changes the colour
const COLOURS = /\u001b\[[\d;]*m/g;

/** Lines asked about within one frame and the one before, and whole texts of some screens. */
const LINES_MAX = 600;
const TEXTS_MAX = 100;
/** Looks of a text, and the ways from one to another. */
const STATES_MAX = 1000;

/** @param {string} text */
export const withoutColours = (text) =>
  text.includes('\u001b') ? text.replace(COLOURS, '') : text;

/** A line without its colours where each of its characters is one cell; else null. */
export const cellsOf = remembered(LINES_MAX, (line) => {
  const bare = withoutColours(line);
  return OTHER.test(bare) ? null : bare;
});

/** Whether a text, of one line or more, is made of such cells. */
export const isSimple = remembered(
  TEXTS_MAX,
  (text) => !OTHER_OR_NEWLINE.test(withoutColours(text)),
);

const NONE = { codes: [], key: '' };

const codesOf = remembered(STATES_MAX, (sequence) => {
  const tokens = tokenize(sequence);
  return tokens.every(({ type }) => type === 'ansi') ? tokens : null;
});
const states = new Map();
const changes = new Map();

/** How it is written after a sequence; null for one that is no colour. */
function after(state, sequence) {
  const key = `${state.key} ${sequence}`;
  const known = states.get(key);
  if (known !== undefined) return known;
  const tokens = codesOf(sequence);
  const codes = tokens === null ? null : reduceAnsiCodesIncremental(state.codes, tokens);
  const next =
    codes === null ? null : { codes, key: codes.map((one) => one.code + one.endCode).join('') };
  if (states.size >= STATES_MAX) states.clear();
  states.set(key, next);
  return next;
}

/** The sequences that lead from one state to another. */
function change(from, to) {
  const key = `${from.key} ${to.key}`;
  let found = changes.get(key);
  if (found === undefined) {
    found = ansiCodesToString(diffAnsiCodes(from.codes, to.codes));
    if (changes.size >= STATES_MAX) changes.clear();
    changes.set(key, found);
  }
  return found;
}

/**
 * One line, cut where its colours change: a state and what is written in it, in turn; null when it ends
 * in colour, or holds a sequence that is none.
 * @param {string} line
 */
function runsOf(line) {
  const runs = [];
  let state = NONE;
  let at = 0;
  for (const { 0: sequence, index } of line.matchAll(COLOURS)) {
    if (index > at) runs.push(state, line.slice(at, index));
    state = after(state, sequence);
    if (state === null) return null;
    at = index + sequence.length;
  }
  if (at < line.length) runs.push(state, line.slice(at));
  return state.codes.length === 0 ? runs : null;
}

const CONTROL = /\p{Control}/u;

/** Whether a line begins and ends without colour, so that it can stand alone. @param {string} line */
export const standsAlone = (line) => runsOf(line) !== null && !CONTROL.test(withoutColours(line));

/**
 * A row of the screen as Ink would put it together cell by cell, for writes of simple texts beside
 * each other; null when they are not simple, or lie over each other or over an edge.
 * @param {number} width columns of the row
 * @param {readonly (readonly [x: number, line: string])[]} writes
 */
export function rowOf(width, writes) {
  const sorted = writes.length < 2 ? writes : writes.toSorted((a, b) => a[0] - b[0]);
  const runs = [];
  let column = 0;
  for (const [x, line] of sorted) {
    const bare = cellsOf(line);
    if (bare === null || x < column || x + bare.length > width) return null;
    const found = runsOf(line);
    if (found === null) return null;
    if (x > column) runs.push(NONE, ' '.repeat(x - column));
    runs.push(...found);
    column = x + bare.length;
  }
  let row = '';
  let state = NONE;
  for (let index = 0; index < runs.length; index += 2) {
    row += change(state, runs[index]) + runs[index + 1];
    state = runs[index];
  }
  return (row + change(state, NONE)).trimEnd();
}
