import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OperatorError } from '../../../src/domain/operator-error.ts';
import { event, type NewEvent } from '../../../src/incidents/events.ts';
import type { EventScope, Journal } from '../../../src/incidents/journal.ts';
import { openSqliteJournal } from '../../../src/incidents/store/sqlite.ts';
import { createFakeClock, type FakeClock } from '../../harness/fake-clock.ts';

const scope: EventScope = {
  region: 'cellar',
  incident: 'INC-1',
  run: 'run-1',
  operator: { name: 'ops', host: 'bastion', from: null, pid: 1 },
};
const notes = (count: number, text = 'n') =>
  Array.from({ length: count }, (_, n) => event('note', { text: `${text}${n}` }));
const intended = event('action-intended', {
  intent: 'i-1',
  leaf: 'restart',
  action: 'compose.restart',
  input: {},
  targets: [],
  command: 'docker compose restart redis',
  risk: 'disruptive',
  impact: '',
  evidenceAt: null,
  before: {},
  readings: {},
  undoOf: null,
});

let folder: string;
let file: string;
let clock: FakeClock;
let journal: Journal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opsconsole-chain-'));
  file = join(folder, 'journal.db');
  clock = createFakeClock();
  journal = openSqliteJournal(file, clock);
});

afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true, force: true });
});

const write = (...events: readonly NewEvent[]) =>
  journal.transact((tx) => tx.append(scope, events));

/** Alters the file behind the journal's back. */
function tamper(sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

const submit = () => write(intended);

describe('a journal that was truncated', () => {
  test('is known to be, though what is left fits together', () => {
    write(...notes(5));
    tamper('DELETE FROM events WHERE seq > 3');
    expect(journal.verify()).toEqual({ intact: false, events: 3, brokenAt: 4 });
    expect(journal.events({})).toHaveLength(3);
  });

  test('of all events as well', () => {
    write(...notes(5));
    tamper('DELETE FROM events');
    expect(journal.verify()).toEqual({ intact: false, events: 0, brokenAt: 1 });
  });
});

describe('a change on a journal that was altered', () => {
  test.each([
    ['altered', `UPDATE events SET body = '{"text":"x"}' WHERE seq = 3`, 5],
    ['altered into nonsense', "UPDATE events SET body = 'x' WHERE seq = 3", 4],
    ['truncated', 'DELETE FROM events WHERE seq > 2', 2],
  ])('one that was %s is still recorded, and the place stays to be seen', (_what, sql, left) => {
    write(...notes(5));
    tamper(sql);
    expect(journal.events({})).toHaveLength(left);
    submit();
    expect(journal.events({ types: ['action-intended'] })).toMatchObject([{ seq: 6 }]);
    expect(journal.verify()).toMatchObject({ intact: false });
    journal.close();
    journal = openSqliteJournal(file, clock);
    expect(journal.damage).toMatch(/^event [36] was altered, or is missing/);
  });
});

describe('in the background', () => {
  test('a chain is looked at in parts while somebody listens, who hears when it is broken', async () => {
    write(...notes(450));
    tamper(`UPDATE events SET body = '{"text":"x"}' WHERE seq = 320`);
    await clock.settle();
    let heard = 0;
    const leave = journal.onChange(() => {
      heard += 1;
    });
    clock.tick(20);
    expect(journal.damage).toBe(null);
    clock.tick(60);
    expect(journal.damage).toMatch(/^event 320 was altered/);
    expect(heard).toBe(1);
    leave();
    expect(clock.pending()).toBe(0);
  });

  test('another that writes meanwhile is no break', async () => {
    write(...notes(100));
    const other = openSqliteJournal(file, clock);
    const leave = journal.onChange(() => undefined);
    for (let part = 0; part < 5; part += 1) {
      other.transact((tx) => tx.append(scope, notes(60)));
      clock.tick(20);
      expect(journal.damage).toBe(null);
    }
    submit();
    expect(journal.verify()).toMatchObject({ intact: true, events: 401 });
    leave();
    other.close();
  });
});

test('of a damaged file the part before the damage can be read', () => {
  write(...notes(400, 'x'.repeat(200)));
  journal.close();
  const bytes = statSync(file).size;
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(40_960, 0xff), 0, 40_960, Math.floor(bytes / 2 / 4096) * 4096);
  closeSync(handle);
  journal = openSqliteJournal(file, clock);
  const found = journal.verify();
  expect(found.intact).toBe(false);
  expect(found.events).toBeGreaterThan(10);
  const events = journal.events({});
  expect(events.length).toBeGreaterThan(10);
  expect(events.length).toBeLessThan(400);
  expect(submit).toThrow(OperatorError);
});
