import { expect, test } from 'vitest';
import { OperatorError } from '../../../src/domain/operator-error.ts';
import { createLogBook, type LogBookOptions } from '../../../src/live/logs.ts';
import { fakeFeed, logLine } from '../../fixtures/logs.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';

const START = 1_700_000_000_000;

function open(feeds: LogBookOptions['feeds'], options: Partial<LogBookOptions> = {}) {
  const clock = createFakeClock(START);
  const book = createLogBook({ clock, random: () => 1, feeds, ...options });
  return {
    clock,
    book,
    messages: () => book.state.getState().entries.map(({ line }) => line.message),
    feed: (index = 0) => book.state.getState().feeds[index],
  };
}

test('lines of several feeds stand in order of time', async () => {
  const [a, b] = [fakeFeed('a'), fakeFeed('b')];
  const { clock, messages } = open([a, b]);
  await clock.settle();
  a.write(logLine('a', START - 50, 'a1'), logLine('a', START - 10, 'a2'));
  b.write(logLine('b', START - 40, 'b1'), logLine('b', START - 10, 'b2'));
  await clock.advance(250);
  expect(messages()).toEqual(['a1', 'b1', 'a2', 'b2']);
  b.write(logLine('b', START + 190, 'b3'));
  a.write(logLine('a', START + 180, 'a3'));
  await clock.advance(250);
  expect(messages()).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
});

test('the lines of one feed never change places, whatever their times say', async () => {
  const a = fakeFeed('a');
  const { clock, messages } = open([a]);
  await clock.settle();
  a.write(logLine('a', START, '1'), logLine('a', START - 9000, '2'), logLine('a', null, '3'));
  await clock.advance(250);
  a.write(logLine('a', null, '4'), logLine('a', START - 20, '5'));
  await clock.advance(250);
  expect(messages()).toEqual(['1', '2', '3', '4', '5']);
});

test('a clock that is wrong by an hour hides nothing', async () => {
  const [late, early, right] = [fakeFeed('late'), fakeFeed('early'), fakeFeed('right')];
  const { clock, book } = open([late, early, right]);
  await clock.settle();
  for (const feed of [late, early, right]) feed.write(logLine(feed.name, START, 'first'));
  await clock.advance(60_000);
  const now = clock.now();
  late.write(logLine('late', now - 3_600_000, 'late'));
  early.write(logLine('early', now + 3_600_000, 'early'));
  right.write(logLine('right', now, 'right'));
  await clock.advance(250);
  const times = book.state.getState().entries.slice(-3);
  for (const { at } of times) expect(Math.abs(at - now)).toBeLessThanOrEqual(10_000);
});

test('a stack trace keeps the level of the line it continues, an unrelated line does not', async () => {
  const a = fakeFeed('a');
  const { clock, book } = open([a]);
  await clock.settle();
  a.write(
    logLine('a', START, 'it broke', 'error'),
    logLine('a', START, 'Traceback (most recent call last):', null),
    logLine('a', START, '  File "x.py", line 1', null),
    logLine('a', START, 'ValueError: no', null),
    logLine('a', START, 'serving', null),
  );
  await clock.advance(250);
  const levels = book.state.getState().entries.map(({ level }) => level);
  expect(levels).toEqual(['error', 'error', 'error', 'error', null]);
});

test('the oldest make room and are counted', async () => {
  const a = fakeFeed('a');
  const { clock, book, messages } = open([a], { linesMax: 3 });
  await clock.settle();
  for (let n = 0; n < 10; n += 1) a.write(logLine('a', START + n, String(n)));
  await clock.advance(250);
  expect(messages()).toEqual(['7', '8', '9']);
  expect(book.state.getState().dropped).toBe(7);
  a.write(...Array.from({ length: 10_000 }, (_, n) => logLine('a', START + 200, `x${n}`)));
  await clock.advance(250);
  expect(messages()).toEqual(['x9997', 'x9998', 'x9999']);
  expect(book.state.getState().dropped).toBe(10_007);
});

test('what comes fast is published at most five times a second, and nothing while nothing comes', async () => {
  const a = fakeFeed('a');
  const { clock, book } = open([a]);
  await clock.advance(2000);
  let published = 0;
  book.state.subscribe(() => {
    published += 1;
  });
  for (let n = 0; n < 1000; n += 1) {
    a.write(logLine('a', clock.now(), String(n)));
    clock.tick(1);
  }
  expect(published).toBeGreaterThanOrEqual(4);
  expect(published).toBeLessThanOrEqual(6);
  await clock.advance(250);
  const before = published;
  await clock.advance(300_000);
  expect(published).toBe(before);
});

test('a feed that fails says so, and is opened again with rising pauses', async () => {
  let refused = true;
  const a = fakeFeed('a', () => {
    if (refused) throw new OperatorError('missing', 'it does not exist\u001b[5m', 'make it');
  });
  const { clock, feed, messages } = open([a]);
  await clock.advance(250);
  expect(feed()).toMatchObject({
    status: 'failed',
    error: { kind: 'missing', message: 'it does not exist', mend: 'make it' },
    since: START,
  });
  await clock.advance(60_000);
  expect(a.asked.length).toBeGreaterThan(10);
  expect(a.asked.length).toBeLessThan(20);
  expect(feed()?.since).toBe(START);
  refused = false;
  await clock.advance(5000);
  a.write(logLine('a', clock.now(), 'x'));
  await clock.advance(250);
  expect(feed()).toMatchObject({ status: 'following', error: null, retryAt: null, lines: 1 });
  expect(messages()).toEqual(['x']);
});

test('after a loss it goes on where it was: nothing twice, nothing missed', async () => {
  const a = fakeFeed('a');
  const { clock, messages } = open([a], { sinceMs: 5 });
  await clock.settle();
  a.write(logLine('a', START, '1'), logLine('a', START + 1, '2'), logLine('a', START + 1, '3'));
  a.fail(new Error('lost'));
  await clock.advance(5000);
  a.write(
    logLine('a', START, '1'),
    logLine('a', START + 1, '2'),
    logLine('a', START + 1, '3'),
    logLine('a', START + 1, '4'),
    logLine('a', START + 2, '2'),
  );
  await clock.advance(250);
  expect(messages()).toEqual(['1', '2', '3', '4', '2']);
  expect(a.asked.map(({ sinceMs }) => sinceMs)).toEqual([5, START + 1]);
});

test('a log that has ended is looked at again: its container may start again', async () => {
  const a = fakeFeed('a');
  const { clock, feed, messages } = open([a]);
  await clock.settle();
  a.write(logLine('a', START, '1'));
  a.end();
  await clock.advance(250);
  expect(feed()?.status).toBe('ended');
  await clock.advance(1000);
  a.write(logLine('a', START, '1'));
  await clock.advance(250);
  expect(feed()?.status).toBe('ended');
  a.write(logLine('a', clock.now(), '2'));
  await clock.advance(250);
  expect(feed()?.status).toBe('following');
  expect(messages()).toEqual(['1', '2']);
});

test('the end of a run that is over is final', async () => {
  const a = fakeFeed('a');
  const { clock, feed } = open([a], { reopen: false });
  await clock.settle();
  a.end();
  await clock.advance(60_000);
  expect(feed()).toMatchObject({ status: 'ended', retryAt: null });
  expect(a.asked).toHaveLength(1);
});

test('a run before that there never was is not looked for again', async () => {
  const a = fakeFeed('a', () => {
    throw new OperatorError('missing', 'it has no run before this one');
  });
  const { clock, feed } = open([a], { reopen: false });
  await clock.advance(60_000);
  expect(feed()).toMatchObject({ status: 'failed', retryAt: null });
  expect(a.asked).toHaveLength(1);
});

test('one that was lost stays so until it proves itself', async () => {
  const a = fakeFeed('a');
  const { clock, feed } = open([a]);
  await clock.settle();
  a.fail(new OperatorError('timeout', 'no answer'));
  await clock.advance(9000);
  expect(a.open).toBe(true);
  expect(feed()?.status).toBe('failed');
  a.write();
  await clock.advance(250);
  expect(feed()).toMatchObject({ status: 'following', error: null });
});

test('a quiet log is followed, one that neither answers nor fails delays no other', async () => {
  const [a, b] = [fakeFeed('a'), fakeFeed('b')];
  const { clock, feed, messages } = open([a, b]);
  await clock.settle();
  b.write(logLine('b', START, 'x'));
  await clock.advance(250);
  expect([feed(0)?.status, feed(1)?.status]).toEqual(['connecting', 'following']);
  expect(messages()).toEqual(['x']);
  await clock.advance(2000);
  expect(feed(0)?.status).toBe('following');
});

test('feeds are added and left; a name is followed once', async () => {
  const [a, b] = [fakeFeed('a'), fakeFeed('b')];
  const { clock, book, messages } = open([a]);
  expect(book.add(b)).toBe(true);
  expect(book.add(fakeFeed('b'))).toBe(false);
  await clock.settle();
  a.write(logLine('a', START, '1'));
  b.write(logLine('b', START, '2'));
  await clock.advance(250);
  book.remove('a');
  await clock.advance(250);
  expect(messages()).toEqual(['2']);
  expect(book.state.getState().feeds.map(({ name }) => name)).toEqual(['b']);
  expect(a.open).toBe(false);
});

test('two of the same name are told apart; those that are too many are counted', async () => {
  const feeds = Array.from({ length: 60 }, () => fakeFeed('api'));
  const { clock, book } = open(feeds);
  await clock.advance(250);
  const { feeds: states, leftOut } = book.state.getState();
  expect(states).toHaveLength(50);
  expect(states.slice(0, 3).map(({ name }) => name)).toEqual(['api', 'api 2', 'api 3']);
  expect(leftOut).toBe(10);
});

test('closing ends everything, also what waits to be opened again', async () => {
  const [a, b] = [fakeFeed('a'), fakeFeed('b')];
  const { clock, book } = open([a, b]);
  await clock.settle();
  b.fail(new Error('lost'));
  await clock.settle();
  book.close();
  await clock.settle();
  expect([a.open, b.open]).toEqual([false, false]);
  expect(clock.pending()).toBe(0);
});

test('5,000 lines in disorder are merged in a few ms', async () => {
  const feeds = Array.from({ length: 5 }, (_, n) => fakeFeed(`f${n}`));
  const { clock, book } = open(feeds);
  await clock.settle();
  for (const feed of feeds) {
    const lines = Array.from({ length: 1000 }, (_, n) => logLine(feed.name, START - 5000 + n, 'x'));
    feed.write(...lines);
  }
  const started = performance.now();
  clock.tick(250);
  expect(performance.now() - started).toBeLessThan(50);
  const { entries } = book.state.getState();
  expect(entries).toHaveLength(5000);
  expect(entries.every(({ at }, n) => n === 0 || at >= (entries[n - 1]?.at ?? 0))).toBe(true);
});
