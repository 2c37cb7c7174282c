import { expect, test } from 'vitest';
import type { Evidence } from '../../../src/domain/evidence.ts';
import type { Line } from '../../../views/present/line.ts';
import { outline } from '../../../views/present/outline.ts';
import { answerLines } from '../../../views/present/wizard-answer.ts';

const READ_AT = Date.UTC(2026, 0, 2, 3, 4, 5);

const evidence = (result: unknown): Evidence => ({
  step: 'look',
  probe: 'redis.slowlog',
  command: 'redis-cli SLOWLOG GET 20',
  result,
  error: null,
  observedAt: READ_AT,
  elapsedMs: 3,
});

const words = (lines: readonly Line[]) =>
  lines.map((line) =>
    line
      .map((span) => ('text' in span ? span.text : ''))
      .join('')
      .trimEnd(),
  );

const said = (result: unknown, width = 76) => words(answerLines(evidence(result), width)).slice(1);

test('numbers are told in the unit their name ends in, and what is not known is left out', () => {
  expect(
    said({
      latencyMs: 3.28085600000486,
      queryMs: 130_000,
      uptimeSeconds: 90,
      outputBytes: 2048,
      hitRate: 0.8123,
      opsPerSecond: 25,
      rejectsWrites: false,
      error: null,
      seenAt: READ_AT - 61_000,
    }),
  ).toEqual([
    '       latency 3.28 ms · query 2m10s · uptime 1m30s · output 2.0K · hit rate',
    '       81 % · ops per second 25 /s · rejects writes no · seen 03:03:04Z',
  ]);
});

test('of a number and the same in words only the words are told', () => {
  expect(
    said({ usedMemory: 1_622_304, usedMemoryHuman: '1.5M', freeBytes: 5, freeHuman: '5B' }),
  ).toEqual(['       used memory 1.5M · free 5B']);
});

test('a list of records is a table, its widest column last, and its worst member is not told twice', () => {
  const entry = (id: number, durationMs: number) => ({
    id,
    at: READ_AT - 1000,
    durationMs,
    command: 'sort load:list limit 0 5',
    client: '10.0.0.2:39522',
  });
  const entries = [entry(4, 142.58), entry(3, 2), entry(2, 1500), entry(1, 1)];
  expect(said({ entries, slowest: { ...entries[2] } })).toEqual([
    '       entries  4',
    '         id  at         duration  client          command',
    '         4   03:04:04Z  143 ms    10.0.0.2:39522  sort load:list limit 0 5',
    '         3   03:04:04Z  2 ms      10.0.0.2:39522  sort load:list limit 0 5',
    '         2   03:04:04Z  1.50 s    10.0.0.2:39522  sort load:list limit 0 5',
    '         … 1 more',
  ]);
});

test('pairs stand on the line, long texts on lines of their own, the last of them', () => {
  const lines = [1, 2, 3, 4].map((n) => `worker-1 | line ${n} of what was logged`);
  expect(
    said({
      byName: [
        { name: 'api', count: 5 },
        { name: '', count: 1 },
      ],
      lines,
    }),
  ).toEqual([
    '       by name api 5, – 1',
    '       lines  4',
    '         worker-1 | line 2 of what was logged',
    '         worker-1 | line 3 of what was logged',
    '         worker-1 | line 4 of what was logged',
  ]);
});

test.each([30, 40, 60, 120])('no line of a table is wider than %i columns', (width) => {
  const rows = [{ a: 'x'.repeat(50), b: 'y'.repeat(50), c: 1, d: 'z'.repeat(12) }];
  for (const line of said({ rows }, width)) expect(line.length).toBeLessThanOrEqual(width);
});

test('escape sequences in names, values and texts of several lines are never drawn raw', () => {
  const result = {
    'na\u001b[2Jme': 'va\u001b]0;x\u0007lue',
    rows: [{ a: '\u001b[31m', b: 2, c: 3 }],
  };
  const drawn = [...said(result), ...outline(result)].join('\n');
  expect(drawn).not.toContain('\u001b');
  expect(drawn).not.toContain('\u0007');
});

test('the raw answer is told whole, a line for each value, times in UTC', () => {
  expect(
    outline({
      found: true,
      error: null,
      at: READ_AT,
      none: [],
      names: ['a', 'b'],
      entries: [{ id: 1, inner: { x: 1.5 } }],
      text: 'one\ntwo',
    }),
  ).toEqual([
    'found: true',
    'error: –',
    'at: 2026-01-02T03:04:05.000Z',
    'none: none',
    'names:',
    '  - a',
    '  - b',
    'entries:',
    '  - id: 1',
    '    inner:',
    '      x: 1.5',
    'text:',
    '  one',
    '  two',
  ]);
});
