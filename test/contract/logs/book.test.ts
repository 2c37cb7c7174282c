import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/domain/clock.ts';
import type { LogFeed } from '../../../src/domain/log-line.ts';
import { fileLogFeed } from '../../../src/integrations/logs/file.ts';
import { createLogBook, type LogBookState } from '../../../src/live/logs.ts';
import { createWaiting } from '../../harness/waiting.ts';

const WITHIN_MS = 20_000;

function place(name = 'app.log'): string {
  const folder = mkdtempSync(join(tmpdir(), 'opsconsole-book-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, name);
}

/** Follows real files into a book, with the real time. */
function openBook(...feeds: readonly LogFeed[]) {
  const book = createLogBook({ clock: systemClock, random: Math.random, feeds });
  const waiting = createWaiting();
  book.state.subscribe(waiting.wake);
  onTestFinished(() => book.close());
  const state = () => book.state.getState();
  const messages = () => state().entries.map(({ line }) => line.message);
  return {
    state,
    messages,
    until: (what: string, look: (state: LogBookState) => boolean) =>
      waiting.until(
        () => look(state()),
        WITHIN_MS,
        () => `waited for ${what}: ${JSON.stringify(state().feeds)} ${messages().slice(-3)}`,
      ),
  };
}

test('absent at the start, it says so, and is there by itself when it is', async () => {
  const [absent, there] = [place('absent.log'), place('there.log')];
  writeFileSync(there, '2026-01-02 03:04:05 INFO one\n');
  const book = openBook(fileLogFeed(absent, 'absent'), fileLogFeed(there, 'there'));
  await book.until('the failure', ({ feeds }) => feeds[0]?.status === 'failed');
  expect(book.state().feeds[0]?.error).toMatchObject({
    kind: 'missing',
    message: `The log absent (${absent}) does not exist`,
  });
  await book.until('the other', ({ feeds }) => feeds[1]?.status === 'following');
  writeFileSync(absent, '2026-01-02 03:04:04 INFO zero\n');
  await book.until('its line', ({ entries }) => entries.length === 2);
  expect(book.state().feeds[0]).toMatchObject({ status: 'following', error: null });
  // Its past is placed by its own time, though it came later.
  expect(book.messages()).toEqual(['zero', 'one']);
});

test('rotated while it is written to: every line once, in order', async () => {
  const path = place();
  writeFileSync(path, '');
  const book = openBook(fileLogFeed(path, 'app'));
  await book.until('it', ({ feeds }) => feeds[0]?.status === 'following');
  for (let n = 0; n < 300; n += 1) {
    if (n === 100 || n === 200) renameSync(path, `${path}.${n}`);
    appendFileSync(path, `line ${n}\n`);
    // A second rotation before the first was seen would hide a whole file from anybody.
    if (n === 150) await book.until('the second file', () => book.messages().includes('line 150'));
  }
  await book.until('the last', () => book.messages().includes('line 299'));
  expect(book.messages()).toEqual(Array.from({ length: 300 }, (_, n) => `line ${n}`));
});

test("a minute's 100,000 lines cost less than 15 % of a core, and room for 5,000", async () => {
  const path = place();
  writeFileSync(path, '');
  const book = openBook(fileLogFeed(path, 'app'));
  await book.until('it', ({ feeds }) => feeds[0]?.status === 'following');
  const fields = { timestamp: '2026-01-02T03:04:05', level: 'INFO', message: 'done', n: 1.5 };
  const line = JSON.stringify({ ...fields, request_id: 'abc', operation: 'get_cache' });
  const used = process.cpuUsage();
  for (let n = 0; n < 10; n += 1) appendFileSync(path, `${line}\n`.repeat(10_000));
  await book.until('all', ({ feeds }) => feeds[0]?.lines === 100_000);
  const { user, system } = process.cpuUsage(used);
  expect((user + system) / 1e6).toBeLessThan(0.15 * 60);
  await book.until('the rest', ({ dropped }) => dropped === 95_000);
  expect(book.state().entries).toHaveLength(5000);
});
