import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { OperatorError } from '../../domain/operator-error.ts';
import { GENESIS, type Link, linkHash } from '../chain.ts';
import type { Journal } from '../journal.ts';

/** A row of the journal: an event and its hash. */
export type Row = Link & { readonly hash: string };

/** The event that was written last, kept apart from the events, so that a cut end is found. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** Events at the end whose chain is held against their hashes at each opening; `verify` takes all. */
const TAIL_EVENTS = 1000;
/** Larger files are held against their own structure only where their size does not fit. */
const STRUCTURE_BYTES_MAX = 32 * 1024 * 1024;

/** SQLite's words for a file whose content is broken, not merely out of reach. */
const BROKEN = /malformed|corrupt|not a database|disk I\/O error/i;

/** Fields of a database file's header: bytes a page, at 16; pages, at 28 (SQLite's file format). */
const HEADER_BYTES = 32;

/** True when the file is shorter than its own header says. */
function isShort(file: string, sizeBytes: number): boolean {
  const header = Buffer.alloc(HEADER_BYTES);
  const handle = openSync(file, 'r');
  try {
    if (readSync(handle, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return false;
  } finally {
    closeSync(handle);
  }
  const raw = header.readUInt16BE(16);
  const pageBytes = raw === 1 ? 65_536 : raw;
  return header.readUInt32BE(28) * pageBytes > sizeBytes;
}

/** What is wrong with the structure of a database file, in the words of SQLite; null when it is sound. */
export function brokenStructure(file: string, db: DatabaseSync): string | null {
  const { size } = statSync(file);
  if (size > STRUCTURE_BYTES_MAX && !isShort(file, size)) return null;
  try {
    const found = String(db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'] ?? '');
    return found === 'ok' ? null : found.replace(/\s+/g, ' ');
  } catch (thrown) {
    // Whatever else hinders it says so when the file is used.
    const words = thrown instanceof Error ? thrown.message : String(thrown);
    return BROKEN.test(words) ? words : null;
  }
}

/** Walks a chain from what came before it. @returns the first event that does not fit, else null */
export function firstBreak(
  rows: Iterable<Row>,
  before: Head = { seq: 0, hash: GENESIS },
): { readonly last: Head; readonly brokenAt: number | null } {
  let last = before;
  for (const row of rows) {
    if (row.seq !== last.seq + 1 || linkHash(last.hash, row) !== row.hash) {
      return { last, brokenAt: row.seq };
    }
    last = { seq: row.seq, hash: row.hash };
  }
  return { last, brokenAt: null };
}

/** The first event that is missing at the end, by what was noted of the last; null when none is. */
export function cutAt(head: Head | null, last: Head): number | null {
  return head !== null && head.seq > last.seq ? last.seq + 1 : null;
}

/** The words for an event that does not fit the one before, or is not there. */
export const alteredAt = (seq: number): string =>
  `event ${seq} was altered, or is missing; those before it are intact`;

/** What the end of a journal says of its own soundness, in words; null when it is sound. */
export function damagedTail(db: DatabaseSync, head: Head | null): string | null {
  const rows = db
    .prepare('SELECT * FROM events ORDER BY seq DESC LIMIT ?')
    .all(TAIL_EVENTS + 1)
    .toReversed() as unknown as Row[];
  const whole = rows.length <= TAIL_EVENTS;
  const [first, ...rest] = rows;
  const before = whole || first === undefined ? undefined : { seq: first.seq, hash: first.hash };
  const { last, brokenAt } = firstBreak(whole ? rows : rest, before);
  const at = brokenAt ?? cutAt(head, last);
  return at === null ? null : alteredAt(at);
}

/** Without these SQLite reads nothing of a file that is shorter than it says; nothing can be written. */
const READING_ANYWAY = { readOnly: true, defensive: false };

/** Reads what of the events can still be read, from the first on, and fits the chain. */
function salvage(file: string): readonly Row[] {
  const rows: Row[] = [];
  let last: Head = { seq: 0, hash: GENESIS };
  let db: DatabaseSync | null = null;
  try {
    db = new DatabaseSync(file, READING_ANYWAY);
    db.exec('PRAGMA writable_schema = ON');
    for (const found of db.prepare('SELECT * FROM events ORDER BY seq').iterate()) {
      const row = found as unknown as Row;
      const walked = firstBreak([row], last);
      if (walked.brokenAt !== null) break;
      rows.push(row);
      last = walked.last;
    }
  } catch {
    // The first page that cannot be read ends what is intact.
  } finally {
    db?.close();
  }
  return rows;
}

/**
 * A journal whose file is broken: its intact part can be read, and nothing is written to it, so that
 * nothing more of it is lost. No change is made without a journal.
 * @param select filters rows as a query does, and turns them into events
 */
export function salvagedJournal(
  file: string,
  why: string,
  select: (
    rows: readonly Row[],
    query: Parameters<Journal['events']>[0],
  ) => ReturnType<Journal['events']>,
): Journal {
  const rows = salvage(file);
  const damage = `the journal ${file} is damaged (${why}); its first ${rows.length} events are intact`;
  return {
    damage,
    transact() {
      throw new OperatorError(
        'failed',
        `Nothing can be recorded: ${damage}`,
        `move the file away (mv ${file} ${file}.damaged) and a new one is begun; no change is made without a journal`,
      );
    },
    events: (query) => select(rows, query),
    holder: () => null,
    verify: () => ({ intact: false, events: rows.length, brokenAt: rows.length + 1 }),
    onChange: () => () => undefined,
    close: () => undefined,
  };
}
