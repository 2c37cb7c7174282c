import { describe, expect, it } from 'vitest';
import { CHANGE_GAP_MS, POLLS_UNSETTLED_MAX } from '../../../src/live/feed.ts';
import { check, fakeSource } from './fake-source.ts';
import { refused, start } from './supervised.ts';

describe('a source that answers', () => {
  it('is connecting, then live, polled once an interval, dated from the question', async () => {
    const source = fakeSource();
    const { clock, latest, records, states } = start(source);
    expect(states.map(({ status }) => status)).toEqual(['connecting']);
    await clock.advance(700);
    source.last().answer({ latencyMs: 7 });
    await clock.settle();
    expect(latest()).toEqual({
      name: 'readyz',
      kind: 'check',
      status: 'live',
      since: 700,
      observedAt: 0,
      error: null,
      retryAt: null,
      intervalMs: 5000,
    });
    expect(records).toMatchObject([{ source: 'readyz', value: { latencyMs: 7 }, observedAt: 0 }]);
    await clock.advance(4299);
    expect(source.polls).toHaveLength(1);
    await clock.advance(1);
    expect(source.polls).toHaveLength(2);
  });

  it('never has two polls under way, however slow it is', async () => {
    const source = fakeSource({ intervalMs: 1000, timeoutMs: 10_000 });
    const { clock } = start(source);
    await clock.advance(9000);
    expect(source.polls).toHaveLength(1);
    source.last().answer();
    await clock.advance(CHANGE_GAP_MS - 1);
    expect(source.polls).toHaveLength(1);
    await clock.advance(1);
    expect(source.polls).toHaveLength(2);
  });

  it('grows stale when its answer is two intervals old, and live again with the next', async () => {
    const source = fakeSource({ intervalMs: 1000, timeoutMs: 10_000 });
    const { clock, latest } = start(source);
    source.last().answer();
    await clock.advance(1999);
    expect(latest()?.status).toBe('live');
    await clock.advance(1);
    expect(latest()).toMatchObject({ status: 'stale', since: 2000, observedAt: 0 });
    source.last().answer();
    await clock.settle();
    expect(latest()).toMatchObject({ status: 'live', since: 2000, observedAt: 1000 });
  });

  it('does not move its `since` while it stays live', async () => {
    const source = fakeSource({ answers: () => check });
    const { clock, latest } = start(source);
    await clock.advance(20_000);
    expect(source.polls).toHaveLength(5);
    expect(latest()).toMatchObject({ status: 'live', since: 0, observedAt: 20_000 });
  });
});

describe('a source that fails', () => {
  it('keeps its facts and says what happened, safely, and when it is tried again', async () => {
    const source = fakeSource();
    const { clock, latest, records } = start(source);
    source.last().answer();
    await clock.advance(5000);
    source.last().fail(refused());
    await clock.settle();
    expect(latest()).toMatchObject({
      status: 'failed',
      since: 5000,
      observedAt: 0,
      error: { kind: 'unreachable', message: 'refused', mend: 'start it' },
    });
    expect(latest()?.retryAt).toBeGreaterThan(5000);
    expect(records).toHaveLength(1);
  });

  it('is tried at rising delays, none longer than its interval', async () => {
    const source = fakeSource({
      intervalMs: 8000,
      answers: () => {
        throw refused();
      },
    });
    const { clock, states } = start(source, () => 0.999999);
    await clock.advance(60_000);
    const failures = states.filter(({ status }) => status === 'failed');
    const at = failures.map(({ retryAt }) => retryAt ?? 0);
    const delays = at.map((time, index) => time - (at[index - 1] ?? 0));
    expect(delays.slice(0, 6)).toEqual([1000, 2000, 4000, 8000, 8000, 8000]);
    expect(new Set(failures.map(({ since }) => since))).toEqual(new Set([0]));
  });

  it('spreads its retries by up to half', async () => {
    const source = fakeSource({
      intervalMs: 8000,
      answers: () => {
        throw refused();
      },
    });
    const { clock, latest } = start(source, () => 0);
    await clock.settle();
    expect(latest()?.retryAt).toBe(500);
  });

  it('recovers within one interval of the return, and begins its delays anew', async () => {
    let up = false;
    const source = fakeSource({
      answers: () => {
        if (!up) throw refused();
        return check;
      },
    });
    const { clock, latest, states } = start(source);
    await clock.advance(61_234);
    up = true;
    await clock.advance(5000);
    expect(latest()).toMatchObject({ status: 'live', error: null, retryAt: null });
    up = false;
    const published = states.length;
    await clock.advance(5000);
    const failed = states.slice(published).find(({ status }) => status === 'failed');
    expect((failed?.retryAt ?? 0) - (failed?.since ?? 0)).toBe(625);
  });

  it('logs what it did not foresee, and only that', async () => {
    const source = fakeSource();
    const { clock, latest, logged } = start(source);
    source.last().fail(refused());
    await clock.settle();
    expect(logged).toEqual([]);
    await clock.advance(2000);
    const fault = new TypeError('x is undefined');
    source.last().fail(fault);
    await clock.settle();
    expect(latest()?.error).toEqual({ kind: 'failed', message: 'x is undefined', mend: null });
    expect(logged).toEqual([
      { fields: { source: 'readyz', err: fault }, message: 'a poll failed' },
    ]);
  });

  it('shows a poll that throws at once like any other', async () => {
    const source = fakeSource();
    source.poll = () => {
      throw refused();
    };
    const { clock, latest } = start(source);
    await clock.settle();
    expect(latest()?.status).toBe('failed');
  });
});

describe('a region that no console looks at', () => {
  it('is asked more seldom, says so, and follows no change feed', async () => {
    const source = fakeSource({ watches: true, answers: () => check });
    const { clock, latest } = start(source, undefined, 6);
    await clock.advance(29_000);
    expect(source.polls).toHaveLength(1);
    expect(source.watches).toHaveLength(0);
    expect(latest()).toMatchObject({ status: 'live', intervalMs: 30_000 });
    await clock.advance(1000);
    expect(source.polls).toHaveLength(2);
  });
});

describe('a source that hangs', () => {
  it('is timed out, told why, aborted, and tried again', async () => {
    const source = fakeSource();
    const { clock, latest } = start(source);
    await clock.advance(3000);
    expect(latest()).toMatchObject({
      status: 'failed',
      since: 3000,
      error: { kind: 'timeout', message: 'readyz did not answer within 3s' },
    });
    expect(source.polls[0]?.signal.aborted).toBe(true);
    await clock.advance(5000);
    expect(source.polls.length).toBeGreaterThan(1);
  });

  it('that ignores its abort never piles up polls, and its late answers are not taken', async () => {
    const source = fakeSource({ obeys: false });
    const { clock, latest, records } = start(source);
    await clock.advance(120_000);
    expect(source.polls).toHaveLength(POLLS_UNSETTLED_MAX);
    expect(latest()).toMatchObject({ status: 'failed', retryAt: null });
    source.polls[0]?.answer();
    await clock.advance(0);
    expect(records).toEqual([]);
    expect(source.polls).toHaveLength(POLLS_UNSETTLED_MAX + 1);
    source.last().answer();
    await clock.settle();
    expect(latest()).toMatchObject({ status: 'live', observedAt: 120_000 });
  });

  it('delays no other', async () => {
    const world = start(fakeSource({ obeys: false }));
    const good = fakeSource({ name: 'healthz', answers: () => check });
    world.supervisor.add(good);
    await world.clock.advance(60_000);
    expect(good.polls).toHaveLength(13);
    expect(world.latest('healthz')?.status).toBe('live');
  });
});
