import { describe, expect, it } from 'vitest';
import { bounded } from '../../../src/engine/bounded.ts';

const lines = Array.from({ length: 300 }, (_, index) => `line ${index}`);

describe('an answer that would swell the journal', () => {
  it('is kept as it is while it is small', () => {
    const answer = { lines, classes: { faulty: { count: 4 } } };
    expect(bounded(answer)).toBe(answer);
    expect(bounded(undefined, 10)).toBeUndefined();
  });

  it('loses its largest fields, and keeps what later steps rest on', () => {
    const classes = { faulty: { count: 4, latest: 7, lines: ["'coroutine' object"] } };
    const cut = bounded({ classes, errors: 4, lines, found: true }, 1000);
    expect(cut).toEqual({
      classes,
      errors: 4,
      found: true,
      cut: expect.stringMatching(/^\d+ bytes, of lines the first 500 kept$/),
      text: expect.stringMatching(/^\{"lines":\["line 0","line 1",/),
    });
    expect(JSON.stringify(cut).length).toBeLessThan(1200);
  });

  it('is nothing but text where it has no fields', () => {
    for (const whole of [lines, lines.join()]) {
      expect(bounded(whole, 1000)).toEqual({
        cut: expect.stringMatching(/^\d+ bytes, the first 500 kept$/),
        text: JSON.stringify(whole).slice(0, 500),
      });
    }
  });
});
