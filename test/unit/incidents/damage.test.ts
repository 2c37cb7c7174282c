import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { event } from '../../../src/incidents/events.ts';
import type { EventScope, Journal } from '../../../src/incidents/journal.ts';
import { openSqliteJournal } from '../../../src/incidents/store/sqlite.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';

const EVENTS = 400;
const scope: EventScope = {
  region: 'cellar',
  incident: 'INC-1',
  run: 'run-1',
  operator: { name: 'ops', host: 'bastion', from: null, pid: 1 },
};

let file: string;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'opsconsole-damage-'));
  file = join(folder, 'journal.db');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const journal = open();
  journal.transact((tx) => {
    for (let n = 1; n <= EVENTS; n += 1) {
      tx.append(scope, [event('note', { text: `${n} ${'words '.repeat(50)}` })]);
    }
  });
  journal.close();
});

function open(): Journal {
  const journal = openSqliteJournal(file, createFakeClock());
  onTestFinished(() => journal.close());
  return journal;
}

function tamper(sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

const write = (journal: Journal) =>
  journal.transact((tx) => tx.append(scope, [event('note', { text: 'one more' })]));

describe('a journal found damaged when it is opened', () => {
  test('a sound one says nothing', () => {
    expect(open().damage).toBeNull();
  });

  test.each([
    ['altered', `UPDATE events SET body = '{"text":"x"}' WHERE seq = 390`, 390],
    ['without one of its events', 'DELETE FROM events WHERE seq = 390', 391],
    ['cut at its end', 'DELETE FROM events WHERE seq > 390', 391],
  ])('one %s says where, stays readable and goes on', (_name, sql, brokenAt) => {
    tamper(sql);
    const journal = open();
    expect(journal.damage).toContain(`event ${brokenAt} `);
    expect(journal.verify()).toMatchObject({ intact: false, brokenAt });
    expect(journal.events({ run: 'run-1' })).not.toEqual([]);
    write(journal);
    // What was lost is never numbered again: it stays to be seen.
    expect(journal.events({}).at(-1)?.seq).toBe(EVENTS + 1);
    expect(journal.verify()).toMatchObject({ intact: false });
    expect(open().damage).not.toBeNull();
  });

  test('one whose file was cut off can be read as far as it is whole, and is not written to', () => {
    const whole = readFileSync(file).byteLength;
    truncateSync(file, Math.floor(whole * 0.6));
    const journal = open();
    const left = journal.events({});
    expect(journal.damage).toContain('is damaged');
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(EVENTS);
    expect(left.map(({ seq }) => seq)).toEqual(left.map((_, index) => index + 1));
    expect(journal.events({ after: 3, types: ['note'], run: 'run-1' })[0]?.seq).toBe(4);
    expect(journal.events({ run: 'another' })).toEqual([]);
    expect(journal.verify()).toMatchObject({ intact: false, events: left.length });
    const before = readFileSync(file);
    expect(() => write(journal)).toThrow(/Nothing can be recorded/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('one with pages overwritten is read as far as it is whole', () => {
    const bytes = readFileSync(file);
    bytes.fill(0x5a, Math.floor(bytes.byteLength * 0.5), Math.floor(bytes.byteLength * 0.7));
    writeFileSync(file, bytes);
    const journal = open();
    expect(journal.damage).toContain('is damaged');
    expect(() => write(journal)).toThrow(/move the file away|Nothing can be recorded/);
  });

  test('moved away, a new one is begun', () => {
    truncateSync(file, 20_000);
    copyFileSync(file, `${file}.damaged`);
    rmSync(file);
    const journal = open();
    expect(journal.damage).toBeNull();
    write(journal);
    expect(journal.verify()).toMatchObject({ intact: true, events: 1 });
  });

  test('one of before the end was noted is sound', () => {
    tamper('DROP TABLE heads');
    const journal = open();
    expect(journal.damage).toBeNull();
    write(journal);
    expect(journal.verify()).toMatchObject({ intact: true, events: EVENTS + 1 });
  });
});
