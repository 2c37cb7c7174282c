import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLogLens, hitRanges, type LogLook } from '../../../src/console/log-lens.ts';
import { initialLogView, type LogView, nextLevel } from '../../../src/console/log-view.ts';
import {
  choosing,
  type Geometry,
  moveCursor,
  nextHit,
  toggleFollow,
  windowOf,
} from '../../../src/console/log-window.ts';
import { visiblePart, wrapParts } from '../../../src/console/log-wrap.ts';
import type { LogLevel } from '../../../src/domain/log-line.ts';
import type { LogEntry } from '../../../src/live/log-order.ts';
import { logLine } from '../../fixtures/logs.ts';

const entry = (id: number, message = `line ${id}`, level: LogLevel | null = 'info'): LogEntry => ({
  id,
  at: id * 10,
  level,
  feed: 'api',
  line: logLine('api', id * 10, message, level),
});
const entries = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => entry(from + index));
const look: LogLook = { level: null, filter: '', search: '' };
const all = (lines: readonly LogEntry[]) => createLogLens()(lines, look);
const geometry: Geometry = { rows: 5, height: () => 1 };
const ids = (lines: readonly LogEntry[], view: LogView, room = geometry) =>
  windowOf(all(lines), view, room).entries.map(({ id }) => id);

describe('what passes and what is found', () => {
  const lines = [
    entry(1, 'GET /healthz 200'),
    entry(2, 'Timeout after 3 s', 'warn'),
    entry(3, 'connection refused', 'error'),
    entry(4, 'of nobody knows which level', null),
    entry(5, 'debugging', 'debug'),
  ];
  const passing = (part: Partial<LogLook>) =>
    createLogLens()(lines, { ...look, ...part }).entries.map(({ id }) => id);

  test.each([
    ['nothing', {}, [1, 2, 3, 4, 5]],
    ['a text, in any case', { filter: 'timeout' }, [2]],
    ['the inverse', { filter: '!healthz' }, [2, 3, 4, 5]],
    ['a regular expression', { filter: 'refused$|^api info' }, [1, 3]],
    ['what is no regular expression is a text', { filter: '3 s(' }, []],
    ['a level: those without one stay', { level: 'warn' as const }, [2, 3, 4]],
    ['both', { level: 'warn' as const, filter: '!refused' }, [2, 4]],
    ['the source', { filter: '^api' }, [1, 2, 3, 4, 5]],
  ])('%s', (_, part, expected) => expect(passing(part)).toEqual(expected));

  test('hits are places among those that pass', () => {
    const found = createLogLens()(lines, { ...look, filter: '!healthz', search: 'e' });
    expect(found.hits).toEqual([0, 1, 2, 3]);
    expect(createLogLens()(lines, { ...look, search: 'nowhere' }).hits).toEqual([]);
  });

  test('each line is asked once; what has not changed is the same', () => {
    const lens = createLogLens();
    const first = lens(lines, { ...look, filter: 'e' });
    expect(lens(lines, { ...look, filter: 'e' })).toBe(first);
    const more = lens([...lines, entry(6)], { ...look, filter: 'e' });
    expect(more.entries.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('fields of a structured line are found as they are shown', () => {
    const fields = { msg: 'done', level: 'info', request_id: 'abc', nested: { a: 1 } };
    const line = { ...logLine('api', 1, 'done', 'info', fields), raw: JSON.stringify(fields) };
    const found = createLogLens()([{ ...entry(1), line }], { ...look, search: 'request_id=abc' });
    expect(found.hits).toEqual([0]);
  });

  test('the levels go round', () => {
    expect(nextLevel(null)).toBe('info');
    expect(nextLevel('info')).toBe('warn');
    expect(nextLevel('error')).toBeNull();
  });

  test('where a text matches', () => {
    expect(hitRanges('a.b A.B', 'a.b')).toEqual([
      [0, 3],
      [4, 7],
    ]);
    expect(hitRanges('f(x) f(', 'f(')).toEqual([
      [0, 2],
      [5, 7],
    ]);
    expect(hitRanges('abc', 'x*')).toEqual([]);
    expect(hitRanges('abc', '!a')).toEqual([]);
  });
});

describe('what is in sight', () => {
  test('the newest while it is followed', () => {
    expect(ids(entries(1, 21), initialLogView)).toEqual([16, 17, 18, 19, 20]);
    expect(ids(entries(1, 4), initialLogView)).toEqual([1, 2, 3]);
    expect(ids([], initialLogView)).toEqual([]);
  });

  test('stays where it is when it is not followed, whatever comes or goes', () => {
    const lines = entries(1, 21);
    const still = toggleFollow(all(lines), initialLogView, geometry);
    expect(ids(entries(1, 40), still)).toEqual([16, 17, 18, 19, 20]);
    expect(ids(entries(10, 40), still)).toEqual([16, 17, 18, 19, 20]);
    expect(windowOf(all(entries(1, 40)), still, geometry)).toMatchObject({ below: 19 });
    // All that was in sight has made room: the oldest that is left.
    expect(ids(entries(30, 60), still)).toEqual([30, 31, 32, 33, 34]);
  });

  test('moves one line at a time within it, and scrolls at its edges only', () => {
    const found = all(entries(1, 21));
    let view: LogView = initialLogView;
    const move = (by: 'line' | 'page' | 'edge', direction: 1 | -1) => {
      view = moveCursor(found, view, geometry, { by, direction });
      const seen = windowOf(found, view, geometry);
      return [found.entries[seen.cursor]?.id, seen.entries[0]?.id, view.follow];
    };
    expect(move('line', -1)).toEqual([19, 16, false]);
    for (let n = 0; n < 3; n += 1) move('line', -1);
    expect(move('line', -1)).toEqual([15, 15, false]);
    expect(move('line', 1)).toEqual([16, 15, false]);
    expect(move('page', -1)).toEqual([12, 12, false]);
    expect(move('edge', -1)).toEqual([1, 1, false]);
    expect(move('line', -1)).toEqual([1, 1, false]);
    expect(move('page', 1)).toEqual([5, 1, false]);
    expect(move('edge', 1)).toEqual([20, 16, true]);
  });

  test('lines of several rows', () => {
    const tall: Geometry = { rows: 5, height: ({ id }) => (id % 2 === 0 ? 3 : 1) };
    expect(ids(entries(1, 21), initialLogView, tall)).toEqual([19, 20]);
    const huge: Geometry = { rows: 5, height: () => 9 };
    expect(windowOf(all(entries(1, 5)), initialLogView, huge)).toMatchObject({
      skipped: 4,
      from: 3,
    });
    const chosen = choosing(all(entries(1, 5)), initialLogView, huge, 1);
    expect(windowOf(all(entries(1, 5)), chosen, huge)).toMatchObject({ skipped: 0, from: 1 });
  });

  test('the chosen line is always in sight', () => {
    const moves = fc.array(
      fc.record({
        by: fc.constantFrom('line' as const, 'page' as const, 'edge' as const),
        direction: fc.constantFrom(1 as const, -1 as const),
        from: fc.nat(20),
        more: fc.nat(20),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(moves, fc.integer({ min: 1, max: 8 }), (steps, rows) => {
        let view: LogView = initialLogView;
        const room: Geometry = { rows, height: ({ id }) => 1 + (id % 3) };
        for (const { by, direction, from, more } of steps) {
          const found = all(entries(from, from + more + 1));
          view = moveCursor(found, view, room, { by, direction });
          const seen = windowOf(found, view, room);
          expect(seen.cursor).toBeGreaterThanOrEqual(seen.from);
          expect(seen.cursor).toBeLessThan(seen.from + seen.entries.length);
          expect(seen.from + seen.entries.length + seen.below).toBe(found.entries.length);
        }
      }),
    );
  });

  test('the next hit, round the end', () => {
    const found = { entries: entries(0, 10), hits: [2, 5, 7] };
    expect([nextHit(found, 2, 1), nextHit(found, 7, 1), nextHit(found, 9, 1)]).toEqual([5, 2, 2]);
    expect([nextHit(found, 5, -1), nextHit(found, 2, -1)]).toEqual([2, 7]);
    expect(nextHit({ entries: [], hits: [] }, 0, 1)).toBeNull();
  });
});

describe('long lines', () => {
  test('break at the edge, by columns', () => {
    const parts = (text: string, width: number, most = 9) =>
      wrapParts(text, width, most).map(([from, to]) => text.slice(from, to));
    expect(parts('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
    expect(parts('abcdefgh', 3, 2)).toEqual(['abc', 'def']);
    expect(parts('', 3)).toEqual(['']);
    expect(parts('日本語x', 4)).toEqual(['日本', '語x']);
    expect(parts('👩‍👩‍👧a', 1)).toEqual(['👩‍👩‍👧', 'a']);
  });

  test('scroll to the side', () => {
    const seen = (text: string, left: number, width: number) =>
      text.slice(...visiblePart(text, left, width));
    expect(seen('abcdefgh', 2, 3)).toBe('cde');
    expect(seen('abc', 20, 3)).toBe('');
    expect(seen('日本語', 2, 2)).toBe('本');
  });
});

test('a key costs little with 5,000 lines', () => {
  const lines = entries(0, 5000);
  const lens = createLogLens();
  const used = process.cpuUsage();
  const keys = 50;
  let view: LogView = initialLogView;
  for (let n = 0; n < keys; n += 1) {
    // Each key finds one more line, and a letter more to look for.
    const found = lens([...lines, entry(5000 + n)], {
      level: 'info',
      filter: '!x',
      search: 'line 4'.slice(0, 1 + (n % 6)),
    });
    view = moveCursor(found, view, geometry, { by: 'line', direction: -1 });
  }
  // Of the processor, for the machine may be busy with something else.
  const { user, system } = process.cpuUsage(used);
  expect((user + system) / 1000 / keys).toBeLessThan(10);
});
