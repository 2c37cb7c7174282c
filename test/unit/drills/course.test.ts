import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { courseOf, demonstrable } from '../../../src/drills/course.ts';
import type { Drill } from '../../../src/drills/drill.ts';
import { loadDrills } from '../../../src/drills/load.ts';
import { falconPack } from '../runbooks/falcon.ts';

const { drills } = loadDrills([falconPack()]);
const falcon = demonstrable(drills, 'falcon');

function take(among: readonly Drill[], seed: number, count: number): readonly Drill[] {
  const course = courseOf(among, seed);
  return Array.from({ length: count }, () => course.next().value).filter(
    (one) => one !== undefined,
  );
}

describe('the course of a demo', () => {
  it('begins with what the drills call the first', () => {
    for (const seed of [1, 2, 3]) expect(take(falcon, seed, 1)[0]?.id).toBe('falcon/redis-killed');
  });

  it('is the same for the same number, and another for others', () => {
    const ids = (seed: number) => take(falcon, seed, 6).map(({ id }) => id);
    expect(ids(7)).toEqual(ids(7));
    expect(new Set([1, 2, 3, 4, 5].map((seed) => ids(seed).join())).size).toBeGreaterThan(1);
  });

  it('holds only what an alert tells of and something mends, each fault once', () => {
    for (const { class: kind, unasked } of falcon)
      expect([kind, unasked]).toEqual(['acting', false]);
    const faults = falcon.map(({ fault }) => fault);
    expect(new Set(faults).size).toBe(faults.length);
    expect(demonstrable(drills, 'nothing')).toEqual([]);
    expect(take([], 1, 3)).toEqual([]);
  });

  it('whatever there is: never the same twice in a row, and none again before all have come', () => {
    const subset = fc.subarray([...falcon], { minLength: 2 });
    fc.assert(
      fc.property(subset, fc.integer(), (among, seed) => {
        const course = take(among, seed, among.length * 2);
        expect(course).toHaveLength(among.length * 2);
        for (const [place, drill] of course.entries()) expect(course[place + 1]).not.toBe(drill);
        expect(new Set(course.slice(0, among.length)).size).toBe(among.length);
      }),
    );
  });
});
