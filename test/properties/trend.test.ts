import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trendOf } from '../../src/domain/trend.ts';

const START = 1_700_000_000_000;
const HOUR_MS = 3_600_000;

/** Times in order with gaps: a source that was away leaves holes. */
const times = (length: number) =>
  fc
    .array(fc.integer({ min: 1000, max: 60_000 }), { minLength: length, maxLength: length })
    .map((gaps) => {
      let at = START;
      return gaps.map((gap) => {
        at += gap;
        return at;
      });
    });
const unit = fc.double({ min: -1, max: 1, noNaN: true });
const observed = fc.integer({ min: 30, max: 90 }).chain((length) =>
  fc.record({
    at: times(length),
    noise: fc.array(unit, { minLength: length, maxLength: length }),
  }),
);
const shuffled = <T>(items: readonly T[]) =>
  fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });

describe('a trend', () => {
  it('of anything at all has no NaN and no infinity in it, and is the same in any order', () => {
    const point = fc.record({
      at: fc.oneof(fc.double(), fc.integer({ min: START, max: START + HOUR_MS })),
      value: fc.oneof(fc.double(), fc.double({ min: -1e12, max: 1e12, noNaN: true })),
    });
    fc.assert(
      fc.property(
        fc
          .uniqueArray(point, { maxLength: 60, selector: ({ at }) => at })
          .chain((points) => fc.tuple(fc.constant(points), shuffled(points))),
        ([points, mixed]) => {
          const trend = trendOf(points);
          for (const number of [trend.perHour, trend.from, trend.to]) {
            expect(Number.isFinite(number ?? 0)).toBe(true);
          }
          expect(trendOf(mixed)).toEqual(trend);
        },
      ),
    );
  });

  it('grows where what is added is ten times the noise, and its rate is near the true one', () => {
    fc.assert(
      fc.property(observed, fc.double({ min: 1, max: 1e9, noNaN: true }), (given, level) => {
        const windowMs = (given.at.at(-1) ?? 0) - (given.at[0] ?? 0);
        const points = given.at.map((at, n) => ({
          at,
          value: level * (1 + (at - START) / windowMs + 0.05 * (given.noise[n] ?? 0)),
        }));
        const trend = trendOf(points);
        expect(trend.kind).toBe('growing');
        const perHour = (level / windowMs) * HOUR_MS;
        expect(Math.abs((trend.perHour ?? 0) - perHour) / perHour).toBeLessThan(0.25);
      }),
    );
  });

  it('is stable where there is only small noise, whatever the level and its sign', () => {
    const level = fc.double({ min: 1, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(observed, level, fc.boolean(), (given, size, negative) => {
        const points = given.at.map((at, n) => ({
          at,
          value: (negative ? -size : size) * (1 + 0.02 * (given.noise[n] ?? 0)),
        }));
        expect(trendOf(points).kind).toBe('stable');
      }),
    );
  });

  it('is a sawtooth where it is emptied again and again to the same floor', () => {
    const shape = fc.record({
      tooth: fc.integer({ min: 8, max: 40 }),
      teeth: fc.integer({ min: 3, max: 6 }),
      step: fc.double({ min: 1, max: 1e6, noNaN: true }),
    });
    fc.assert(
      fc.property(shape, ({ step, teeth, tooth }) => {
        const points = Array.from({ length: tooth * teeth }, (_, n) => ({
          at: START + n * 5000,
          value: step * (tooth + (n % tooth)),
        }));
        expect(trendOf(points)).toMatchObject({ kind: 'sawtooth', drops: teeth - 1 });
      }),
    );
  });

  it('does not depend on the unit of the value', () => {
    fc.assert(
      fc.property(observed, fc.integer({ min: 1, max: 30 }), (given, exponent) => {
        const scale = 2 ** exponent;
        const points = given.at.map((at, n) => ({ at, value: 10 + n / 7 + (given.noise[n] ?? 0) }));
        const scaled = points.map(({ at, value }) => ({ at, value: value * scale }));
        expect(trendOf(scaled).kind).toBe(trendOf(points).kind);
        expect(trendOf(scaled).perHour).toBeCloseTo((trendOf(points).perHour ?? 0) * scale, 3);
      }),
    );
  });
});
