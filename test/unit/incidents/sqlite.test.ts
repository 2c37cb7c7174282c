import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { event } from '../../../src/incidents/events.ts';
import type { EventScope, Holder, Journal } from '../../../src/incidents/journal.ts';
import { openSqliteJournal } from '../../../src/incidents/store/sqlite.ts';
import { createFakeClock, type FakeClock } from '../../harness/fake-clock.ts';

const scope: EventScope = {
  region: 'cellar',
  incident: 'INC-1',
  run: 'run-1',
  operator: { name: 'ops', host: 'bastion', from: null, pid: 1 },
};
const note = (text: string) => event('note', { text });

let folder: string;
let file: string;
let clock: FakeClock;
let journal: Journal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opsconsole-journal-'));
  file = join(folder, 'journal.db');
  clock = createFakeClock();
  journal = openSqliteJournal(file, clock);
});

afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true, force: true });
});

const write = (...texts: string[]) => journal.transact((tx) => tx.append(scope, texts.map(note)));

/** Alters the file behind the journal's back. */
function tamper(sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

describe('the chain of events', () => {
  test('numbers them without a gap and keeps what was written', () => {
    write('a', 'b');
    write('c');
    const events = journal.events({ run: 'run-1' });
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(events[1]).toMatchObject({ type: 'note', body: { text: 'b' }, at: clock.now() });
    expect(journal.verify()).toEqual({ intact: true, events: 3, brokenAt: null });
  });

  test.each([
    ['an altered body', `UPDATE events SET body = '{"text":"x"}' WHERE seq = 2`, 1, 2],
    ['an altered time', 'UPDATE events SET at = at + 1 WHERE seq = 2', 1, 2],
    ['an altered operator', `UPDATE events SET operator = '{}' WHERE seq = 3`, 2, 3],
    ['an event cut out', 'DELETE FROM events WHERE seq = 2', 1, 3],
  ])('%s is found, and the part before it counts', (_name, sql, events, brokenAt) => {
    write('a', 'b', 'c');
    tamper(sql);
    expect(journal.verify()).toEqual({ intact: false, events, brokenAt });
  });

  test('redacts secrets before they are written', () => {
    write('set REDIS_PASSWORD=hunter2 in .env');
    const [stored] = journal.events({});
    expect(JSON.stringify(stored)).not.toContain('hunter2');
  });
});

describe('a transaction', () => {
  test('that throws leaves nothing behind', () => {
    expect(() =>
      journal.transact((tx) => {
        tx.append(scope, [note('lost')]);
        throw new Error('changed my mind');
      }),
    ).toThrow('changed my mind');
    expect(journal.events({})).toEqual([]);
  });

  test('sees what another process has just written', () => {
    const other = openSqliteJournal(file, clock);
    other.transact((tx) => tx.append(scope, [note('theirs')]));
    write('mine');
    expect(journal.events({}).map(({ seq }) => seq)).toEqual([1, 2]);
    expect(journal.verify().intact).toBe(true);
    other.close();
  });

  test('holds and releases by name', () => {
    const holder: Holder = {
      operator: 'ops@bastion',
      process: { host: 'bastion', pid: 7, startedAt: 'boot:1' },
      purpose: 'runs it',
      intent: 'i-1',
      since: 5,
    };
    journal.transact((tx) => tx.hold('lock', holder));
    expect(journal.transact((tx) => tx.holder('lock'))).toEqual(holder);
    journal.transact((tx) => tx.release('lock'));
    expect(journal.transact((tx) => tx.holder('lock'))).toBeNull();
  });
});

describe('those who listen', () => {
  test('hear of another process within the following interval', async () => {
    const other = openSqliteJournal(file, clock);
    let heard = 0;
    const leave = journal.onChange(() => {
      heard += 1;
    });
    other.transact((tx) => tx.append(scope, [note('theirs')]));
    expect(heard).toBe(0);
    await clock.advance(200);
    expect(heard).toBe(1);
    leave();
    expect(clock.pending()).toBe(0);
    other.close();
  });
});

describe('a place that cannot be written', () => {
  test('is refused in words, with the mend', () => {
    writeFileSync(join(folder, 'occupied'), '');
    const path = join(folder, 'occupied', 'journal.db');
    expect(() => openSqliteJournal(path, clock)).toThrow(/cannot be written/);
  });

  test('a file that is no database is refused, and stays as it was', () => {
    const path = join(folder, 'other.db');
    writeFileSync(path, 'this is not a database, it is a letter to my aunt'.repeat(100));
    expect(() => openSqliteJournal(path, clock)).toThrow(/is none: file is not a database/);
  });
});
