import { describe, expect, it } from 'vitest';
import { conduct, type Follower } from '../../../src/drills/conductor.ts';
import { steppedClock } from '../../../src/drills/stepped-clock.ts';

const FACTOR = 10;
const NOTHING = { moved: false, works: false, waits: false, forTime: false };
type Work = typeof NOTHING;

/** A time that is conducted on a machine whose own time goes on by rests alone, until it is `untilMs`. */
async function conducted(
  untilMs: number,
  work: (now: number, machineMs: number) => Partial<Work>,
  followers: (now: () => number) => readonly Follower[] = () => [],
  turnMs = 0,
) {
  const clock = steppedClock(0);
  const over = new AbortController();
  clock.after(untilMs, () => over.abort());
  let machineMs = 0;
  await conduct({
    clock,
    followers: followers(clock.now),
    factor: FACTOR,
    work: () => ({ ...NOTHING, ...work(clock.now(), machineMs) }),
    machineMs: () => machineMs,
    async rest(ms) {
      machineMs += Math.max(turnMs, ms);
      await null;
    },
    signal: over.signal,
  });
  return { machineMs, now: clock.now() };
}

describe('the time of a drill', () => {
  it('waits for nothing of the machine while nothing is waited for', async () => {
    const { machineMs, now } = await conducted(60_000, () => ({}));
    expect(now).toBe(60_000);
    expect(machineMs).toBe(0);
  });

  it('stands still while something is worked on, however long the machine takes for it', async () => {
    let since: number | null = null;
    let stood: number | null = null;
    await conducted(20_000, (at, machineMs) => {
      if (at < 10_000) return {};
      since ??= machineMs;
      if (machineMs - since > 20_000) return {};
      stood = at;
      return { works: true, waits: true };
    });
    expect(stood).toBe(10_000);
  });

  it('goes on, slowly, where what is worked on does not end', async () => {
    const { now } = await conducted(1000, () => ({ works: true, waits: true }));
    expect(now).toBe(1000);
  });

  it('has no less patience with a machine that gives turns seldom', async () => {
    let turns = 0;
    let stoodAt: number | null = null;
    let stood = 0;
    await conducted(
      1000,
      (at) => {
        stoodAt ??= at;
        if (at === stoodAt) stood = turns;
        return { waits: true };
      },
      () => [
        {
          behindMs: 0,
          async moveTo() {
            turns += 1;
            return null;
          },
        },
      ],
      10,
    );
    expect(stood).toBeGreaterThan(20);
  });

  it('stands still while somebody asks and somebody answers', async () => {
    // From its second 10 on, for 500 ms of the machine's.
    let since: number | null = null;
    let stood: number | null = null;
    const { now } = await conducted(
      20_000,
      (at, machineMs) => {
        if (at < 10_000) return {};
        since ??= machineMs;
        if (machineMs - since > 500) return {};
        stood = at;
        return { moved: true, waits: true };
      },
      () => [],
      1,
    );
    expect(stood).toBe(10_000);
    expect(now).toBe(20_000);
  });

  it('goes on slowly where an answer does not come', async () => {
    const { machineMs } = await conducted(10_000, () => ({ waits: true }));
    // A tenth, and the patience with which it waits at first.
    expect(machineMs).toBeGreaterThan(1000);
    expect(machineMs).toBeLessThan(1500);
  });

  it('goes on at once where the answer waits for nothing but time', async () => {
    const forTime = { ...NOTHING, forTime: true };
    const region = { behindMs: 50, moveTo: async () => forTime };
    const { machineMs } = await conducted(
      10_000,
      () => ({ waits: true }),
      () => [region],
    );
    expect(machineMs).toBeLessThan(500);
  });

  it('lets nobody fall behind further than told, and waits for each', async () => {
    const reached: number[] = [];
    const behind: number[] = [];
    await conducted(
      5000,
      (now) => {
        behind.push(now - (reached.at(-1) ?? 0));
        return {};
      },
      (now) => [
        {
          behindMs: 100,
          async moveTo(moment) {
            expect(moment).toBe(now());
            reached.push(moment);
            return null;
          },
        },
      ],
    );
    expect(Math.max(...behind)).toBeLessThan(100);
  });

  it('ends with who cannot go along', async () => {
    const gone = { behindMs: 0, moveTo: () => Promise.reject(new Error('the simulator ended')) };
    await expect(
      conducted(
        1000,
        () => ({}),
        () => [gone],
      ),
    ).rejects.toThrow('the simulator ended');
  });
});
