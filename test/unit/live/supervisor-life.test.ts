import { describe, expect, it } from 'vitest';
import { OperatorError } from '../../../src/domain/operator-error.ts';
import { CHANGE_GAP_MS } from '../../../src/live/feed.ts';
import { CLOSE_WITHIN_MS } from '../../../src/live/supervisor.ts';
import { WATCH_REOPEN_MAX_MS } from '../../../src/live/watcher.ts';
import { check, fakeSource } from './fake-source.ts';
import { refused, start } from './supervised.ts';

describe('a change feed', () => {
  it('opens after the first good poll and asks for polls, 200 ms apart at least', async () => {
    const source = fakeSource({ watches: true });
    const { clock } = start(source);
    expect(source.watches).toHaveLength(0);
    source.last().answer();
    await clock.advance(1000);
    expect(source.watches).toHaveLength(1);
    source.watches[0]?.changed();
    await clock.advance(0);
    expect(source.polls).toHaveLength(2);
    source.last().answer();
    await clock.settle();
    for (let change = 0; change < 10; change += 1) source.watches[0]?.changed();
    await clock.advance(CHANGE_GAP_MS - 1);
    expect(source.polls).toHaveLength(2);
    await clock.advance(1);
    expect(source.polls).toHaveLength(3);
    expect(source.watches).toHaveLength(1);
  });

  it('that speaks during a poll causes exactly one more', async () => {
    const source = fakeSource({ watches: true });
    const { clock } = start(source);
    source.last().answer();
    await clock.advance(5000);
    source.watches[0]?.changed();
    source.watches[0]?.changed();
    await clock.advance(1000);
    expect(source.polls).toHaveLength(2);
    source.last().answer();
    await clock.advance(0);
    expect(source.polls).toHaveLength(3);
    source.last().answer();
    await clock.advance(CHANGE_GAP_MS);
    expect(source.polls).toHaveLength(3);
  });

  it('that is lost causes a poll at once, and is opened again at bounded rates', async () => {
    const source = fakeSource({ watches: true, intervalMs: 1000, answers: () => check });
    const { clock, logged } = start(source, () => 0);
    await clock.settle();
    source.watches[0]?.end(new OperatorError('unreachable', 'the feed ended'));
    await clock.advance(CHANGE_GAP_MS);
    expect(source.polls).toHaveLength(2);
    let lost = 1;
    for (let second = 0; second < 300; second += 1) {
      await clock.advance(1000);
      if (source.watches.length > lost) {
        lost = source.watches.length;
        source.watches.at(-1)?.end();
      }
    }
    expect(lost).toBeGreaterThan(300_000 / WATCH_REOPEN_MAX_MS / 2);
    expect(lost).toBeLessThan(300_000 / (WATCH_REOPEN_MAX_MS / 2) + 8);
    expect(logged).toEqual([]);
  });

  it('is closed when a poll fails, and what it still says is not heard', async () => {
    const source = fakeSource({ watches: true, obeys: false });
    const { clock } = start(source, () => 0.999);
    source.last().answer();
    await clock.advance(5000);
    source.last().fail(refused());
    await clock.settle();
    expect(source.watches[0]?.signal.aborted).toBe(true);
    source.watches[0]?.changed();
    await clock.advance(CHANGE_GAP_MS);
    expect(source.polls).toHaveLength(2);
  });

  it('that ignores its abort is never opened twice', async () => {
    const source = fakeSource({ watches: true, obeys: false });
    const { clock } = start(source);
    source.last().answer();
    await clock.advance(5000);
    source.last().fail(refused());
    await clock.advance(5000);
    source.last().answer();
    await clock.settle();
    expect(source.watches).toHaveLength(1);
    source.watches[0]?.end();
    await clock.advance(5000);
    source.last().answer();
    await clock.settle();
    expect(source.watches).toHaveLength(2);
  });

  it('that fails in an unforeseen way is logged', async () => {
    const source = fakeSource({ watches: true, answers: () => check });
    const { clock, logged } = start(source);
    await clock.settle();
    source.watches[0]?.end(new TypeError('no stream'));
    await clock.settle();
    expect(logged.map(({ message }) => message)).toEqual(['a change feed failed']);
  });
});

describe('refresh', () => {
  it('polls now and settles when that poll has ended', async () => {
    const source = fakeSource();
    const { clock, supervisor } = start(source);
    source.last().answer();
    await clock.advance(1000);
    let refreshed = false;
    const done = supervisor.refresh('readyz').then(() => {
      refreshed = true;
    });
    expect(source.polls).toHaveLength(2);
    await clock.settle();
    expect(refreshed).toBe(false);
    source.last().fail(refused());
    await done;
    expect(refreshed).toBe(true);
  });

  it('asked during a poll waits for the one after it', async () => {
    const source = fakeSource();
    const { clock, supervisor } = start(source);
    const done = supervisor.refresh();
    expect(source.polls).toHaveLength(1);
    source.last().answer();
    await clock.settle();
    expect(source.polls).toHaveLength(2);
    source.last().answer();
    await done;
  });

  it('does not wait for ever on a source that is stuck', async () => {
    const { clock, supervisor } = start(fakeSource({ obeys: false }));
    await clock.advance(60_000);
    await supervisor.refresh();
  });

  it('names the nearest source for one that is not there', async () => {
    const { supervisor } = start(fakeSource());
    await expect(supervisor.refresh('readz')).rejects.toMatchObject({
      kind: 'missing',
      mend: expect.stringContaining('readyz'),
    });
  });
});

describe('firstAnswers', () => {
  it('settles when every source has answered or failed once', async () => {
    const good = fakeSource();
    const { supervisor, clock } = start(good);
    const bad = fakeSource({ name: 'healthz' });
    supervisor.add(bad);
    let settled = false;
    const done = supervisor.firstAnswers(10_000).then(() => {
      settled = true;
    });
    good.last().answer();
    await clock.settle();
    expect(settled).toBe(false);
    bad.last().fail(refused());
    await done;
    await supervisor.firstAnswers(10_000);
  });

  it('settles when the time is up', async () => {
    const { supervisor, clock } = start(fakeSource({ timeoutMs: 60_000 }));
    const done = supervisor.firstAnswers(1000);
    await clock.advance(1000);
    await done;
  });
});

describe('closing', () => {
  it('during a poll aborts it, publishes nothing more and releases the source once', async () => {
    const source = fakeSource({ watches: true });
    const { supervisor, states, clock, records } = start(source);
    source.last().answer();
    await clock.advance(5000);
    const before = [states.length, records.length];
    const closed = supervisor.close();
    expect(source.last().signal.aborted).toBe(true);
    expect(source.watches[0]?.signal.aborted).toBe(true);
    await closed;
    await supervisor.close();
    expect(source.closed).toBe(1);
    await clock.advance(60_000);
    expect([states.length, records.length]).toEqual(before);
    expect(source.polls).toHaveLength(2);
  });

  it('does not wait for ever on a poll that ignores its abort', async () => {
    const { supervisor, clock } = start(fakeSource({ obeys: false }));
    const closed = supervisor.close();
    await clock.advance(CLOSE_WITHIN_MS);
    await closed;
  });

  it('settles who still waits', async () => {
    const { supervisor, clock } = start(fakeSource());
    const waiting = Promise.all([supervisor.firstAnswers(60_000), supervisor.refresh()]);
    await supervisor.close();
    await waiting;
    expect(clock.pending()).toBe(0);
  });
});

describe('two sources of one name', () => {
  it('are refused', () => {
    const { supervisor } = start(fakeSource());
    expect(() => supervisor.add(fakeSource())).toThrow('two sources are named readyz');
  });
});
