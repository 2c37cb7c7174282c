import { describe, expect, it } from 'vitest';
import { trendOf } from '../../../src/domain/trend.ts';

const STEP_MS = 5000;
const START = 1_700_000_000_000;
const MEBI = 1024 * 1024;

/** A window of values, one every 5 s, as the live history keeps them. */
const series = (values: readonly number[]) =>
  values.map((value, n) => ({ at: START + n * STEP_MS, value }));
const window = (count: number, value: (n: number) => number) =>
  series(Array.from({ length: count }, (_, n) => value(n)));
/** The same noise at every run: −1 to 1, without a period that a test could meet. */
const noise = (n: number) => Math.sin(n * n * 12.9898 + n * 78.233);

describe('a trend', () => {
  it('is growth where memory leaks steadily, with its rate per hour', () => {
    const leak = window(180, (n) => 185 * MEBI + n * 0.5 * MEBI + noise(n) * MEBI);
    const trend = trendOf(leak);
    expect(trend).toMatchObject({ kind: 'growing', points: 180, drops: 0 });
    expect((trend.perHour ?? 0) / MEBI).toBeCloseTo(360, -1);
    expect(trend.because).toMatch(/^growing by 4\d\.\d % over 15 min$/);
  });

  it('is a sawtooth where garbage is collected, with the growth between the collections', () => {
    const trend = trendOf(window(180, (n) => 200 + (n % 30) * 5 + noise(n)));
    expect(trend).toMatchObject({ kind: 'sawtooth', drops: 5 });
    expect(trend.perHour).toBeCloseTo(5 * 720, -3);
    expect(trend.because).toBe('falls back 5 times over 15 min');
  });

  it('is growth where each collection frees less than the one before', () => {
    const trend = trendOf(window(180, (n) => 200 + Math.floor(n / 30) * 15 + (n % 30) * 8));
    expect(trend).toMatchObject({ kind: 'growing', drops: 5 });
    expect(trend.because).toContain('higher floor');
  });

  it('is a sawtooth where a floor is only seen late, a little later each time', () => {
    const late = window(180, (n) => 200 + (Math.floor(n / 45) / 2 + (n % 45)) * 20);
    expect(trendOf(late)).toMatchObject({ kind: 'sawtooth', drops: 3 });
  });

  it('is a sawtooth where a limit ends what leaks, small beside what it was before a restart', () => {
    const bounded = window(180, (n) => (n < 60 ? 1000 + n * 50 : 185 + ((n - 60) % 42) * 20));
    expect(trendOf(bounded)).toMatchObject({ kind: 'sawtooth', drops: 3 });
    expect(trendOf(bounded.slice(0, 102))).toMatchObject({ kind: 'growing', drops: 1 });
  });

  it('is stable where values only tremble, jump about, or come and go with the load', () => {
    expect(trendOf(window(180, (n) => 185 + noise(n))).kind).toBe('stable');
    expect(trendOf(window(180, (n) => 100 + 90 * noise(n))).kind).toBe('stable');
    expect(trendOf(window(180, (n) => 100 + 50 * Math.sin(n / 10))).kind).toBe('stable');
    expect(trendOf(window(180, (n) => (n % 20 < 10 ? 100 : 200))).kind).toBe('stable');
    expect(trendOf(window(180, () => 0)).kind).toBe('stable');
  });

  it('is not bent by outliers', () => {
    const spikes = window(100, (n) => (n % 25 === 24 ? 10_000 : 100 + n));
    expect(trendOf(spikes)).toMatchObject({ kind: 'growing' });
    expect(trendOf(spikes).perHour).toBeCloseTo(720, -2);
  });

  it('counts from the last drop on, as of a restart, and waits until there is enough', () => {
    const restarted = (after: number) =>
      window(100 + after, (n) => (n < 100 ? 200 + n * 5 : 200 + (n - 100) * 0.01));
    expect(trendOf(restarted(4))).toMatchObject({
      kind: 'unknown',
      drops: 1,
      because: 'only 4 observations since it fell back; 8 are needed',
    });
    expect(trendOf(restarted(30))).toMatchObject({ kind: 'stable', points: 30, drops: 1 });
    const leaksAgain = window(150, (n) => 200 + (n < 100 ? n : n - 100) * 5);
    expect(trendOf(leaksAgain)).toMatchObject({ kind: 'growing', points: 50 });
  });

  it('falls where it falls slowly', () => {
    expect(trendOf(window(60, (n) => 1000 - n * 4))).toMatchObject({ kind: 'falling' });
  });

  it('is unknown where there is too little, no time between, or nothing finite', () => {
    expect(trendOf([]).kind).toBe('unknown');
    expect(trendOf(window(7, (n) => n)).kind).toBe('unknown');
    expect(trendOf(Array.from({ length: 20 }, () => ({ at: START, value: 1 }))).kind).toBe(
      'unknown',
    );
    expect(trendOf(window(20, () => Number.NaN)).kind).toBe('unknown');
  });
});
