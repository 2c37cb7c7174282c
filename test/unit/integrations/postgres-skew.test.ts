import { expect, it } from 'vitest';
import { createSkew } from '../../../src/integrations/postgres/skew.ts';

it('takes a clock within the error of its measure for this one', () => {
  expect(createSkew().observe(1000, 995, 1015)).toBe(0);
  expect(createSkew().observe(1000, 1001, 1001)).toBe(0);
});

it('tells how far this clock is ahead, or behind', () => {
  expect(createSkew().observe(1000, 5000, 5010)).toBe(4005);
  expect(createSkew().observe(9000, 5000, 5010)).toBe(-3995);
});

it('does not tremble: what agrees with what is known changes nothing', () => {
  const skew = createSkew();
  expect(skew.observe(1000, 5000, 5020)).toBe(4010);
  expect(skew.observe(2000, 6004, 6024)).toBe(4010);
  expect(skew.observe(3000, 7000, 12_000)).toBe(4010);
});

it('takes a much better measure, and follows a clock that was set', () => {
  const skew = createSkew();
  expect(skew.observe(1000, 5000, 5200)).toBe(4100);
  expect(skew.observe(2000, 6080, 6084)).toBe(4082);
  expect(skew.observe(90_000, 7000, 7004)).toBe(-82_998);
});
