import { expect, test } from 'vitest';
import { createHistory } from '../../../src/live/history.ts';
import { type Moment, paintedLine } from '../../../views/kit/paint.ts';
import {
  age,
  bar,
  elapsed,
  type Line,
  lineWidth,
  spark,
  spread,
  text,
} from '../../../views/present/line.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const SERIES = 'cpu of one';
const ink = { color: true, unicode: true };

function momentAt(now: number, history = createHistory()): Moment {
  return { now, tick: now, history };
}

/** A line that counts how often its text was looked at to be painted. */
function watched(): { readonly line: Line; readonly looks: () => number } {
  let looks = 0;
  const span = {
    tone: 'ok' as const,
    get text() {
      looks += 1;
      return 'redis';
    },
  };
  return { line: [span], looks: () => looks };
}

test('a line that stands still is painted once, however often it is drawn', () => {
  const { line, looks } = watched();
  const first = paintedLine(line, 20, momentAt(NOW), ink);
  const once = looks();
  expect(paintedLine(line, 20, momentAt(NOW + 60_000), ink)).toBe(first);
  expect(looks()).toBe(once);
});

test('a line with a time is painted anew when its moment is another', () => {
  const line: Line = [text('up '), age(NOW - 5000)];
  const history = createHistory();
  expect(paintedLine(line, 20, momentAt(NOW, history), ink)).toContain('5s');
  expect(paintedLine(line, 20, momentAt(NOW + 2000, history), ink)).toContain('7s');
});

test('while the panels are frozen a line shows what it was frozen with', () => {
  const line: Line = [text('up '), age(NOW - 5000)];
  const history = createHistory();
  const frozen = { now: NOW, tick: NOW + 9000, history };
  expect(paintedLine(line, 20, frozen, ink)).toContain('5s');
  expect(paintedLine(line, 20, momentAt(NOW + 9000, history), ink)).toContain('14s');
});

test('a chart that is frozen takes in no point that comes late', () => {
  const line: Line = [spark(SERIES, 10)];
  const history = createHistory();
  const first = paintedLine(line, 10, { now: NOW, tick: NOW + 1000, history }, ink);
  history.add(SERIES, { at: NOW - 500, value: 1 });
  expect(paintedLine(line, 10, { now: NOW, tick: NOW + 2000, history }, ink)).toBe(first);
  expect(paintedLine(line, 10, momentAt(NOW + 2000, history), ink)).not.toBe(first);
});

test('what an action takes goes on while the panels are frozen', () => {
  const line: Line = [elapsed(NOW - 5000), bar(NOW - 5000, 20_000, 10)];
  const history = createHistory();
  const first = paintedLine(line, 20, { now: NOW, tick: NOW, history }, ink);
  const later = paintedLine(line, 20, { now: NOW, tick: NOW + 5000, history }, ink);
  expect(first).toContain('00:05');
  expect(later).toContain('00:10');
  expect(later.split('█').length).toBeGreaterThan(first.split('█').length);
});

test('a chart follows the history of its own screen', () => {
  const line: Line = [spark(SERIES, 10)];
  const [idle, busy] = [createHistory(), createHistory()];
  for (let back = 20; back > 0; back -= 2) {
    busy.add(SERIES, { at: NOW - back * 1000, value: back });
  }
  const quiet = paintedLine(line, 10, momentAt(NOW, idle), ink);
  expect(paintedLine(line, 10, momentAt(NOW, busy), ink)).not.toBe(quiet);
});

test('another width or another terminal is another picture of the same line', () => {
  const line: Line = [text('●', 'ok'), text(' redis, and more than fits')];
  const moment = momentAt(NOW);
  const wide = paintedLine(line, 60, moment, ink);
  const narrow = paintedLine(line, 10, moment, ink);
  const plain = paintedLine(line, 10, moment, { color: false, unicode: false });
  expect(wide).toContain('more than fits');
  expect(narrow).toContain('…');
  expect(plain).toMatch(/^o redis,/);
  expect(lineWidth([text(plain)])).toBe(10);
});

test('an end that leaves no room for a start stands at the right edge all the same', () => {
  const line = spread([text('falcon')], [text('12:03:44Z  ● live')], 18);
  expect(line.map((span) => ('text' in span ? span.text : '')).join('')).toBe(' 12:03:44Z  ● live');
});
