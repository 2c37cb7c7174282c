import { describe, expect, it } from 'vitest';
import { type Bucket, histogramQuantile } from '../../../src/signals/quantile.ts';

const Inf = Number.POSITIVE_INFINITY;
const buckets = (...pairs: [number, number][]): Bucket[] =>
  pairs.map(([le, count]) => ({ le, count }));

describe('histogramQuantile', () => {
  const usual = buckets([0.1, 50], [0.5, 90], [1, 100], [Inf, 100]);

  it.each([
    ['the middle of the first bucket, which starts at 0', 0.25, 0.05],
    ['inside a bucket', 0.7, 0.1 + 0.4 * (20 / 40)],
    ['at a bound', 0.9, 0.5],
    ['the greatest', 1, 1],
    ['the least', 0, 0],
  ])('interpolates %s', (_, quantile, expected) => {
    expect(histogramQuantile(quantile, usual)).toBeCloseTo(expected, 12);
  });

  it('answers the highest finite bound when the rank lies above it', () => {
    expect(histogramQuantile(0.95, buckets([0.1, 1], [10, 2], [Inf, 100]))).toBe(10);
  });

  it('takes the bound of a first bucket at or below 0', () => {
    expect(histogramQuantile(0.2, buckets([-5, 10], [5, 20], [Inf, 20]))).toBe(-5);
  });

  it('adds up the instances, in any order', () => {
    const two = buckets([Inf, 2], [1, 1], [1, 3], [2, 4], [2, 1], [Inf, 4]);
    expect(histogramQuantile(0.5, two)).toBeCloseTo(0.75, 12);
  });

  it('repairs buckets that fall, as Prometheus does', () => {
    expect(histogramQuantile(0.5, buckets([1, 10], [2, 6], [Inf, 10]))).toBeCloseTo(0.5, 12);
  });

  it.each([
    ['no bucket', []],
    ['only +Inf', buckets([Inf, 5])],
    ['no +Inf', buckets([1, 5], [2, 6])],
    ['no observation', buckets([1, 0], [Inf, 0])],
    ['a bucket that begins at -Inf', buckets([-Inf, 1], [1, 4], [Inf, 4])],
    ['bounds that are no numbers', buckets([Number.NaN, 4], [Inf, 4])],
  ])('has no answer for %s', (_, list) => {
    expect(histogramQuantile(0.95, list)).toBeNull();
  });

  // Numbers of Prometheus' own histogram_quantile for the same buckets.
  it.each([
    [
      0.99,
      buckets([1.646, 4], [4.068, 1], [4.39, 8], [6.755, 11], [8.599, 8], [Inf, 11]),
      6.668283333,
    ],
    [0.1, buckets([0.134, 1], [2.928, 11], [3.156, 17], [Inf, 19]), 0.38546],
    [0, buckets([-0.66, 1], [Inf, 4]), -0.66],
  ])('is what Prometheus says for quantile %d', (quantile, list, expected) => {
    expect(histogramQuantile(quantile, list)).toBeCloseTo(expected, 6);
  });

  it('has no answer for quantile 0 above an empty first bucket, as Prometheus has none', () => {
    expect(histogramQuantile(0, buckets([1, 0], [2, 4], [Inf, 4]))).toBeNull();
  });

  it('has no answer for what is no quantile', () => {
    for (const quantile of [-0.1, 1.1, Number.NaN]) {
      expect(histogramQuantile(quantile, usual)).toBeNull();
    }
  });
});
