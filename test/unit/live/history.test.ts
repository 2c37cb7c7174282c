import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHistory } from '../../../src/live/history.ts';

describe('the history of a series', () => {
  it('holds the last points, oldest first, whatever came before', () => {
    const point = fc.record({ at: fc.integer(), value: fc.double() });
    fc.assert(
      fc.property(
        fc.array(point, { maxLength: 50 }),
        fc.integer({ min: 1, max: 9 }),
        (all, max) => {
          const history = createHistory(max);
          for (const one of all) history.add('cpu', one);
          expect(history.points('cpu')).toEqual(all.slice(-max));
          expect(history.newest('cpu')).toBe(all.at(-1)?.at ?? null);
          expect(history.revision()).toBe(all.length);
        },
      ),
    );
  });

  it('knows nothing of a series without points', () => {
    const history = createHistory();
    expect(history.points('cpu')).toEqual([]);
    expect(history.newest('cpu')).toBeNull();
  });

  it('forgets the series that was left alone longest when there are too many', () => {
    const history = createHistory();
    for (let index = 0; index < 500; index += 1) history.add(`s${index}`, { at: 1, value: index });
    history.add('s0', { at: 2, value: 0 });
    history.add('one more', { at: 2, value: 0 });
    expect(history.points('s0')).toHaveLength(2);
    expect(history.points('s1')).toEqual([]);
    expect(history.points('s2')).toHaveLength(1);
  });
});
