import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/domain/clock.ts';
import { createSlicer } from '../../../src/live/slicer.ts';
import type { Sliced } from '../../../src/signals/sliced.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';

/** Work of so many steps, each of which takes a millisecond by `clock`. */
function setUp() {
  const fake = createFakeClock(0);
  const story: string[] = [];
  let now = 0;
  const clock: Clock = { now: () => now, after: fake.after };
  function* work(name: string, steps: number): Sliced<string> {
    for (let step = 1; step <= steps; step += 1) {
      now += 1;
      story.push(`${name}${step}`);
      yield;
    }
    return name;
  }
  const slicer = createSlicer(clock);
  const begin = (name: string, steps: number) =>
    slicer.begin(
      work(name, steps),
      (result) => story.push(`took ${result}`),
      () => story.push('ended'),
    );
  return { begin, fake, slicer, story, work, setBack: () => (now -= 1_000_000) };
}

describe('sliced work', () => {
  it('that is short is done at once', () => {
    const { begin, fake, story } = setUp();
    expect(begin('a', 3)).toBe(true);
    expect(story).toEqual(['a1', 'a2', 'a3', 'took a']);
    expect(fake.pending()).toBe(0);
  });

  it('that is long lets others have their turn every 4 ms', () => {
    const { begin, fake, story } = setUp();
    expect(begin('a', 10)).toBe(false);
    fake.after(0, () => story.push('a key'));
    expect(story).toEqual(['a1', 'a2', 'a3', 'a4']);
    fake.tick(0);
    expect(story.indexOf('a key')).toBeLessThan(story.indexOf('a9'));
    expect(story.slice(-3)).toEqual(['a10', 'took a', 'ended']);
  });

  it('is finished at once when somebody waits for it', () => {
    const { begin, fake, slicer, story } = setUp();
    begin('a', 100);
    slicer.finish();
    expect(story.slice(-3)).toEqual(['a100', 'took a', 'ended']);
    expect(fake.pending()).toBe(0);
    slicer.finish();
    expect(story.filter((word) => word === 'ended')).toHaveLength(1);
  });

  it('that is dropped is neither done nor told of', () => {
    const { begin, fake, slicer, story } = setUp();
    begin('a', 100);
    slicer.drop();
    fake.tick(10);
    expect(story).toEqual(['a1', 'a2', 'a3', 'a4']);
  });

  it('goes on when the clock was set back', () => {
    const { begin, fake, setBack, story } = setUp();
    begin('a', 10);
    setBack();
    fake.tick(0);
    expect(story.slice(-2)).toEqual(['took a', 'ended']);
  });

  it.each([
    [1, []],
    [10, ['ended']],
  ])('that throws after %i ms has ended, and can be followed by other work', (steps, told) => {
    const { begin, fake, slicer, story, work } = setUp();
    const fails = function* (): Sliced<string> {
      yield* work('a', steps);
      throw new Error('no');
    };
    const run = () => {
      slicer.begin(fails(), story.push, () => story.push('ended'));
      for (let turn = 0; turn < steps; turn += 1) fake.tick(0);
    };
    expect(run).toThrow('no');
    expect(story.slice(steps)).toEqual(told);
    slicer.finish();
    begin('b', 1);
    expect(story.slice(-2)).toEqual(['b1', 'took b']);
  });
});
