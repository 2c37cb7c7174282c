import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { journaldLogFeed } from '../../../src/integrations/logs/journald.ts';
import { eventually } from '../../harness/eventually.ts';
import { follow } from './follow.ts';
import { type Journal, lacksJournal, startJournal } from './journal.ts';

const lacks = lacksJournal();

/** Our own children that are journalctl. */
function children(): readonly string[] {
  const all = execFileSync('ps', ['--ppid', String(process.pid), '-o', 'args='], {
    encoding: 'utf8',
  });
  return all.split('\n').filter((line) => line.startsWith('journalctl'));
}

describe.skipIf(lacks !== null)(lacks === null ? 'a journal' : `a journal (${lacks})`, () => {
  let journal: Journal;
  beforeAll(async () => {
    journal = await startJournal();
    journal.log(3, 'demo.service', 'redis is gone');
    journal.log(6, 'other.service', 'of no interest');
    journal.log(6, 'demo.service', '{"level":"info","msg":"started","port":8000}');
    await journal.sync();
  });
  afterAll(() => journal.remove());

  const feedOf = (unit: string | null) => journaldLogFeed({ unit, directory: journal.directory });

  test('the last lines of a unit, then new ones, with level, time and fields', async () => {
    const feed = follow(feedOf('demo.service'), 2);
    await feed.until('the tail', (messages) => messages.length === 2);
    journal.log(4, 'demo.service', 'slow');
    await feed.until('what follows', (messages) => messages.length === 3);
    expect(feed.messages()).toEqual(['redis is gone', 'started', 'slow']);
    expect(feed.lines.map(({ level }) => level)).toEqual(['error', 'info', 'warn']);
    expect(feed.lines[1]?.fields).toEqual({ level: 'info', msg: 'started', port: 8000 });
    for (const { at, source } of feed.lines) {
      expect(source).toBe('demo.service');
      expect(Math.abs((at ?? 0) - Date.now())).toBeLessThan(120_000);
    }
  });

  test('without a unit it is the whole journal', async () => {
    const feed = follow(feedOf(null), 1000);
    await feed.until('others', (messages) => messages.includes('of no interest'));
  });

  test('since a time', async () => {
    journal.log(6, 'since.service', 'old');
    await journal.sync();
    const first = follow(feedOf('since.service'));
    await first.until('the old one', (messages) => messages.length === 1);
    const at = first.lines[0]?.at ?? 0;
    const feed = follow(feedOf('since.service'), 100, at + 1);
    journal.log(6, 'since.service', 'new');
    await feed.until('the new one', (messages) => messages.length === 1);
    expect(feed.messages()).toEqual(['new']);
  });

  test('several lines, control sequences and bytes that are no text', async () => {
    const feed = follow(feedOf('evil.service'));
    journal.log(6, 'evil.service', 'a\\033]0;owned\\007b\\377c');
    await feed.until('the line', (messages) => messages.length === 1);
    expect(feed.messages()).toEqual(['ab\ufffdc']);
  });

  test('it ends with its signal, and no process stays', async () => {
    const feed = follow(feedOf('demo.service'), 1);
    await feed.until('the tail', (messages) => messages.length === 1);
    expect(children()).toHaveLength(1);
    await feed.stop();
    await expect(feed.ended).resolves.toBeUndefined();
    expect(children()).toEqual([]);
  });

  test('killed: says so, and can be followed again', async () => {
    const feed = follow(feedOf('demo.service'), 1);
    await feed.until('the tail', (messages) => messages.length === 1);
    const pids = execFileSync('ps', ['--ppid', String(process.pid), '-o', 'pid=,comm='], {
      encoding: 'utf8',
    });
    const pid = /(\d+) journalctl/.exec(pids)?.[1];
    process.kill(Number(pid), 'SIGKILL');
    await expect(feed.ended).rejects.toMatchObject({
      message: expect.stringContaining('journalctl ended (SIGKILL)'),
    });
    const again = follow(feedOf('demo.service'), 1);
    await again.until('the tail', (messages) => messages.length === 1);
  });
});

/** A program of the test's own in the place of journalctl. */
function standIn(script: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'opsconsole-journalctl-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'journalctl');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('journalctl cannot be used', () => {
  test('it is absent', async () => {
    const feed = journaldLogFeed({ unit: 'a.service', command: '/nowhere/journalctl' });
    await expect(follow(feed).ended).rejects.toMatchObject({
      kind: 'missing',
      message: expect.stringContaining('This host has no /nowhere/journalctl'),
      mend: expect.stringContaining('log file or the container'),
    });
  });

  test.each(['that is absent', 'that holds none'])(
    'there is no journal in a folder %s',
    async (which) => {
      const folder = mkdtempSync(join(tmpdir(), 'opsconsole-journal-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const directory = which === 'that holds none' ? folder : join(folder, 'absent');
      const feed = journaldLogFeed({ unit: 'a.service', directory });
      await expect(follow(feed).ended).rejects.toMatchObject({ kind: 'missing' });
    },
  );

  test('the journal may not be read', async () => {
    const says = 'No journal files were opened due to insufficient permissions.';
    const command = standIn(`echo "${says}" >&2; exit 1`);
    await expect(follow(journaldLogFeed({ unit: 'a', command })).ended).rejects.toMatchObject({
      kind: 'denied',
      mend: expect.stringContaining('systemd-journal'),
    });
  });

  test('garbage is passed over, also without end', async () => {
    const good = '{"MESSAGE":"good","PRIORITY":"6","__REALTIME_TIMESTAMP":"1767323045123000"}';
    const command = standIn(
      `echo 'no JSON'; echo '[1]'; head -c 3000000 /dev/zero; echo; echo '${good}'; exec sleep 60`,
    );
    const feed = follow(journaldLogFeed({ unit: 'a', command }));
    await feed.until('the good one', (messages) => messages.includes('good'));
    expect(feed.lines).toHaveLength(1);
    expect(feed.lines[0]).toMatchObject({ at: 1_767_323_045_123, level: 'info' });
  });

  test('one that ignores its signal is killed', async () => {
    const command = standIn(`trap '' TERM; echo '{"MESSAGE":"x"}'; while :; do :; done`);
    const feed = follow(journaldLogFeed({ unit: 'a', command }));
    await feed.until('its line', (messages) => messages.length === 1);
    await feed.stop();
    const gone = () =>
      !execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' }).includes(command);
    await eventually(gone, { what: 'its end' });
  });
});
