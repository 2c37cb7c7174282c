import { describe, expect, it } from 'vitest';
import { counterIncrease } from '../../../src/signals/increase.ts';

const points = (...values: (number | null)[]) =>
  values.map((value) => ({ value, restarted: false }));

describe('counterIncrease', () => {
  it.each([
    ['adds the steps', points(5, 7, 12), 7],
    ['counts the value after a reset', points(100, 103, 2, 5), 3 + 2 + 3],
    ['counts a series born inside the window from 0', points(null, 4, 6), 6],
    ['takes the first value as the base, not as an increase', points(1000, 1000), 0],
    ['counts a series that vanished and came back higher from 0', points(2, null, 5), 5],
    ['passes over what is no count', points(5, Number.NaN, -3, Number.POSITIVE_INFINITY, 8), 3],
  ])('%s', (_, list, expected) => {
    expect(counterIncrease(list)).toBe(expected);
  });

  it('sees a restart although the new count is already higher', () => {
    const restart = [
      { value: 3, restarted: false },
      { value: 9, restarted: true },
      { value: 10, restarted: false },
    ];
    expect(counterIncrease(restart)).toBe(9 + 1);
  });

  it('remembers a restart over an unreadable value', () => {
    const restart = [
      { value: 3, restarted: false },
      { value: Number.NaN, restarted: true },
      { value: 9, restarted: false },
    ];
    expect(counterIncrease(restart)).toBe(9);
  });

  it('needs two readable points', () => {
    expect(counterIncrease([])).toBeNull();
    expect(counterIncrease(points(4))).toBeNull();
    expect(counterIncrease(points(4, Number.NaN))).toBeNull();
  });
});
