import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LogFeed } from '../../../src/domain/log-line.ts';
import { fileLogFeed } from '../../../src/integrations/logs/file.ts';
import { eventually } from '../../harness/eventually.ts';
import { follow } from './follow.ts';

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'opsconsole-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'app.log');
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}`).join('\n');

describe('the tail', () => {
  test('is the last lines, and new ones follow', async () => {
    const path = place();
    writeFileSync(path, `${numbered(0, 20_000)}\n`);
    const feed = follow(fileLogFeed(path, 'app'), 3);
    await feed.until('the tail', (messages) => messages.length === 3);
    appendFileSync(path, 'ERROR more\n');
    await feed.until('what follows', (messages) => messages.length === 4);
    expect(feed.messages()).toEqual(['line 19997', 'line 19998', 'line 19999', 'more']);
    expect(feed.lines[3]).toMatchObject({ source: 'app', stream: null, level: 'error' });
  });

  test.each([
    ['an empty file', '', []],
    ['one line', 'a\n', ['a']],
    ['a line without its end, which is no line yet', 'a\nb', ['a', 'b+']],
    ['fewer lines than asked for', 'a\nb\n', ['a', 'b']],
    ['empty lines', 'a\n\n\n', ['a', '', '']],
    ['Windows line ends', 'a\r\nb\r\n', ['a', 'b']],
  ])('%s', async (_, content, expected) => {
    const path = place();
    writeFileSync(path, content);
    const feed = follow(fileLogFeed(path, 'app'), 3);
    const open = content.endsWith('b');
    await feed.until(
      'the tail',
      (messages) => messages.length === expected.length - (open ? 1 : 0),
    );
    appendFileSync(path, '+\n');
    const all = open ? expected : [...expected, '+'];
    await feed.until('all', (messages) => messages.length >= all.length);
    expect(feed.messages()).toEqual(all);
  });

  test('of a file without line ends is found within bounds', async () => {
    const path = place();
    writeFileSync(path, 'x'.repeat(3_000_000));
    appendFileSync(path, '\nend\n');
    const feed = follow(fileLogFeed(path, 'app'), 2);
    await feed.until('the tail', (messages) => messages.at(-1) === 'end');
    expect(feed.lines[0]?.raw.length).toBe(65_537);
  });

  test('none asked for: only what follows', async () => {
    const path = place();
    writeFileSync(path, 'old\n');
    const feed = follow(fileLogFeed(path, 'app'), 0);
    // When it has found the end cannot be seen from outside: it is written to until it tells.
    const look = () => {
      appendFileSync(path, 'new\n');
      return feed.lines.length > 0;
    };
    await eventually(look, { what: 'a line' });
    expect(new Set(feed.messages())).toEqual(new Set(['new']));
  });

  test('since a time: older lines are left out, with those that belong to them', async () => {
    const path = place();
    const lines = ['2026-01-01 00:00:00 old', '  of it', '2026-01-02 00:00:00 new', '  of this'];
    writeFileSync(path, `${lines.join('\n')}\n`);
    const feed = follow(fileLogFeed(path, 'app'), 10, Date.parse('2026-01-02T00:00:00Z'));
    await feed.until('two lines', (messages) => messages.length === 2);
    expect(feed.messages()).toEqual(['new', '  of this']);
  });
});

describe('the file changes under it', () => {
  test('rotation: the rest of the old one first, then the new one', async () => {
    const path = place();
    writeFileSync(path, 'a\n');
    const feed = follow(fileLogFeed(path, 'app'));
    await feed.until('the first', (messages) => messages.length === 1);
    renameSync(path, `${path}.1`);
    appendFileSync(`${path}.1`, 'late\nunfinished');
    writeFileSync(path, 'b\n');
    await feed.until('both', (messages) => messages.includes('b'));
    appendFileSync(path, 'c\n');
    await feed.until('what follows', (messages) => messages.includes('c'));
    expect(feed.messages()).toEqual(['a', 'late', 'unfinished', 'b', 'c']);
  });

  test('removed, and made again later', async () => {
    const path = place();
    writeFileSync(path, 'a\n');
    const feed = follow(fileLogFeed(path, 'app'));
    await feed.until('the first', (messages) => messages.length === 1);
    rmSync(path);
    writeFileSync(path, 'b\n');
    await feed.until('the new file', (messages) => messages.includes('b'));
    expect(feed.messages()).toEqual(['a', 'b']);
  });

  test('emptied in place', async () => {
    const path = place();
    writeFileSync(path, 'a long line\nhalf');
    const feed = follow(fileLogFeed(path, 'app'));
    await feed.until('the first', (messages) => messages.length === 1);
    truncateSync(path, 0);
    appendFileSync(path, 'b\n');
    await feed.until('the new line', (messages) => messages.includes('b'));
    expect(feed.messages()).toEqual(['a long line', 'b']);
  });
});

describe('it cannot be read', () => {
  test('absent: says so, and can be followed once it is there', async () => {
    const path = place();
    const feed = fileLogFeed(path, 'app');
    await expect(follow(feed).ended).rejects.toMatchObject({
      kind: 'missing',
      message: `The log app (${path}) does not exist`,
      mend: expect.stringContaining('opened as soon as'),
    });
    writeFileSync(path, 'a\n');
    const again = follow(feed);
    await again.until('its line', (messages) => messages.length === 1);
  });

  test('a folder and a pipe are refused at once', async () => {
    const path = place();
    const folder = join(path, '..');
    await expect(follow(fileLogFeed(folder)).ended).rejects.toMatchObject({ kind: 'failed' });
    execFileSync('mkfifo', [path]);
    await expect(follow(fileLogFeed(path)).ended).rejects.toThrow('is no regular file');
  });

  test.runIf(process.getuid?.() === 0)('permission denied', async () => {
    const path = place();
    writeFileSync(path, 'a\n');
    chmodSync(path, 0o000);
    const setuid = process.setegid !== undefined && process.seteuid !== undefined;
    expect(setuid).toBe(true);
    // The folder belongs to root; nobody may pass it, but not read the file.
    chmodSync(join(path, '..'), 0o755);
    process.seteuid?.(65_534);
    try {
      await expect(follow(fileLogFeed(path, 'app')).ended).rejects.toMatchObject({
        kind: 'denied',
        message: `The log app (${path}) may not be read by this user`,
        mend: expect.stringContaining('adm'),
      });
    } finally {
      process.seteuid?.(0);
    }
  });
});

test('it ends with its signal and lets go of the file', async () => {
  const path = place();
  writeFileSync(path, 'a\n');
  const feed = follow(fileLogFeed(path, 'app'));
  await feed.until('the first', (messages) => messages.length === 1);
  await feed.stop();
  await expect(feed.ended).resolves.toBeUndefined();
  const held = execFileSync('ls', ['-l', `/proc/${process.pid}/fd`], { encoding: 'utf8' });
  expect(held).not.toContain(path);
});

test('control sequences of a line do not get through', async () => {
  const path = place();
  writeFileSync(path, 'a\u001b]0;owned\u0007b\u001b[31mc\u009b5m\n');
  const feed = follow(fileLogFeed(path, 'app'));
  await feed.until('the line', (messages) => messages.length === 1);
  expect(feed.lines[0]).toMatchObject({ message: 'abc', raw: 'abc' });
});

test('100,000 lines are read in small steps, between which anything else has its turn', async () => {
  const path = place();
  writeFileSync(path, 'first\n');
  const sizes: number[] = [];
  const inner = fileLogFeed(path, 'app');
  const counted: LogFeed = {
    ...inner,
    follow: (options, deliver, signal) =>
      inner.follow(
        options,
        (lines) => {
          sizes.push(lines.length);
          deliver(lines);
        },
        signal,
      ),
  };
  const feed = follow(counted);
  await feed.until('the first', (messages) => messages.length === 1);
  const fields = { timestamp: '2026-01-02T03:04:05', level: 'INFO', message: 'done', n: 1.5 };
  appendFileSync(path, `${JSON.stringify(fields)}\n`.repeat(100_000));
  await feed.until('all', (messages) => messages.length === 100_001);
  expect(feed.lines.at(-1)).toMatchObject({ level: 'info', message: 'done' });
  // At some µs a line a step takes a few ms; each waits for the disk, and so for nobody else.
  expect(Math.max(...sizes)).toBeLessThan(600);
});
