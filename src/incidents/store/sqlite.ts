import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { Clock, Timer } from '../../domain/clock.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { redact } from '../../domain/redact.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { GENESIS, type Link, linkHash } from '../chain.ts';
import type { EventType, JournalEvent, NewEvent } from '../events.ts';
import type { EventQuery, EventScope, Holder, Journal, JournalTransaction } from '../journal.ts';
import { createChainCheck, isDamage } from './chain-check.ts';
import {
  alteredAt,
  brokenStructure,
  cutAt,
  damagedTail,
  firstBreak,
  type Head,
  type Row,
  salvagedJournal,
} from './damage.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, region TEXT NOT NULL, incident TEXT NOT NULL,
    run TEXT, operator TEXT NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS events_by_run ON events (run, seq);
  CREATE INDEX IF NOT EXISTS events_by_incident ON events (incident, seq);
  CREATE TABLE IF NOT EXISTS holders (name TEXT PRIMARY KEY, holder TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS heads (name TEXT PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL)
    STRICT;
`;

/** The name under which the last event is noted. */
const EVENTS = 'events';

/** How often another process's writing is looked for while somebody listens. */
const FOLLOW_INTERVAL_MS = 100;
/** Pause between two parts of the check in the background. */
const CHECK_PAUSE_MS = 20;
/** How long a writer waits for another's transaction. */
const BUSY_TIMEOUT_MS = 5000;

function toEvent(row: Row): JournalEvent {
  const { operator, body, type, ...head } = row;
  return {
    ...head,
    operator: JSON.parse(operator),
    ...({ type: type as EventType, body: JSON.parse(body) } as NewEvent),
  };
}

/** An event that was altered into nonsense is left out: the check of the chain tells of it. */
function readable(row: Row): JournalEvent[] {
  try {
    return [toEvent(row)];
  } catch {
    return [];
  }
}

/** The rows of a statement; of a damaged file those before the damage. */
function rowsOf(statement: StatementSync, values: readonly SQLInputValue[]): readonly Row[] {
  const rows: Row[] = [];
  try {
    for (const row of statement.iterate(...values)) rows.push(row as unknown as Row);
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown;
  }
  return rows;
}

function where(query: EventQuery): { sql: string; values: SQLInputValue[] } {
  const terms: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (term: string, ...given: SQLInputValue[]) => {
    terms.push(term);
    values.push(...given);
  };
  if (query.incident !== undefined) add('incident = ?', query.incident);
  if (query.run !== undefined) add('run = ?', query.run);
  if (query.after !== undefined) add('seq > ?', query.after);
  if (query.region !== undefined) add('region = ?', query.region);
  if (query.since !== undefined) add('at >= ?', query.since);
  if (query.types) add(`type IN (${query.types.map(() => '?').join(',')})`, ...query.types);
  return { sql: terms.length > 0 ? `WHERE ${terms.join(' AND ')}` : '', values };
}

/** The rows that a query means, of those that were saved from a broken file. */
function select(rows: readonly Row[], query: EventQuery): JournalEvent[] {
  const { incident, run, after = 0, region, since = 0, types } = query;
  return rows
    .filter(
      (row) =>
        row.seq > after &&
        row.at >= since &&
        (incident === undefined || row.incident === incident) &&
        (run === undefined || row.run === run) &&
        (region === undefined || row.region === region) &&
        (types === undefined || types.includes(row.type as EventType)),
    )
    .map(toEvent);
}

/** SQLite's words for a file whose content is broken, not merely out of reach. */
const isBroken = (cause: unknown): cause is Error =>
  cause instanceof Error && /malformed|corrupt/i.test(cause.message);

/** @returns the open file, or what is broken in it */
function open(file: string): DatabaseSync | { readonly broken: string } {
  try {
    makeFolder(dirname(file));
    const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    const broken = brokenStructure(file, db);
    if (broken !== null) {
      db.close();
      if (/not a database/.test(broken)) throw new Error(broken);
      return { broken };
    }
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    db.exec(SCHEMA);
    return db;
  } catch (cause) {
    if (isBroken(cause)) return { broken: cause.message };
    throw unwritable(file, cause);
  }
}

const mends = (file: string): readonly (readonly [RegExp, string])[] => [
  [/not a database/, `move the file away (mv ${file} ${file}.damaged), and a new one is begun`],
  [/is locked/, `wait and try again; who holds it: fuser ${file}`],
];

function unwritable(file: string, cause: unknown): OperatorError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const [, mend = 'free space or make the folder writable, or name another with --state'] =
    mends(file).find(([words]) => words.test(why)) ?? [];
  const what = /not a database/.test(why) ? 'is none' : 'cannot be written';
  const message = `The journal ${file} ${what}: ${why}`;
  return new OperatorError(
    'failed',
    message,
    `${mend}; no change is made without a journal`,
    cause,
  );
}

/**
 * The embedded journal: one SQLite file, full sync, one writer at a time across processes.
 * @param file where it lies; its folder is made
 * @throws OperatorError when it cannot be opened
 */
export function openSqliteJournal(file: string, clock: Clock): Journal {
  const opened = open(file);
  return 'broken' in opened
    ? salvagedJournal(file, opened.broken, select)
    : journalOver(file, opened, clock);
}

function journalOver(file: string, db: DatabaseSync, clock: Clock): Journal {
  const listeners = new Set<() => void>();
  const askVersion = db.prepare('PRAGMA data_version');
  const askHolder = db.prepare('SELECT holder FROM holders WHERE name = ?');
  const found = damagedTail(db, headNoted());
  const chain = createChainCheck(db);
  let follow: Timer | null = null;
  let checking: Timer | null = null;
  let version = dataVersion();

  function dataVersion(): number {
    return Number(askVersion.get()?.['data_version'] ?? 0);
  }

  const opened = statSync(file).ino;
  const sameFile = () => statSync(file, { throwIfNoEntry: false })?.ino === opened;

  const notify = () => {
    for (const listener of [...listeners]) listener();
  };

  function watch(): void {
    follow = clock.after(FOLLOW_INTERVAL_MS, () => {
      const seen = dataVersion();
      if (seen !== version) {
        version = seen;
        notify();
      }
      if (listeners.size > 0) watch();
    });
  }

  /** Goes on with the check of the chain; tells those who listen when it is found broken. */
  function checkOn(): void {
    checking = clock.after(CHECK_PAUSE_MS, () => {
      if (chain.some()) checkOn();
      else if (chain.brokenAt() !== null) notify();
    });
  }

  function rest(): void {
    follow?.cancel();
    checking?.cancel();
  }

  const read = (query: EventQuery): JournalEvent[] => {
    const { sql, values } = where(query);
    const statement = db.prepare(`SELECT * FROM events ${sql} ORDER BY seq`);
    return rowsOf(statement, values).flatMap(readable);
  };

  function headNoted(): Head | null {
    const row = db.prepare('SELECT seq, hash FROM heads WHERE name = ?').get(EVENTS);
    return row ? { seq: Number(row['seq']), hash: String(row['hash']) } : null;
  }

  /** Whatever was cut off the end is never numbered again: the gap stays to be seen. */
  function lastWritten(): Head {
    const row = db.prepare('SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1').get();
    const last = { seq: Number(row?.['seq'] ?? 0), hash: String(row?.['hash'] ?? GENESIS) };
    const noted = headNoted();
    return noted !== null && noted.seq > last.seq ? noted : last;
  }

  function append(scope: EventScope, events: readonly NewEvent[]): void {
    let { seq, hash } = lastWritten();
    const insert = db.prepare('INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?)');
    const { name, host, from } = scope.operator;
    for (const { type, body } of events) {
      seq += 1;
      const link: Link = {
        seq,
        at: clock.now(),
        region: scope.region,
        incident: scope.incident,
        run: scope.run,
        operator: JSON.stringify({ name, host, from }),
        type,
        body: JSON.stringify(redact(body)),
      };
      hash = linkHash(hash, link);
      const { at, region, incident, run, operator } = link;
      insert.run(seq, at, region, incident, run, operator, type, link.body, hash);
    }
    db.prepare('INSERT OR REPLACE INTO heads VALUES (?, ?, ?)').run(EVENTS, seq, hash);
  }

  function holder(name: string): Holder | null {
    const row = askHolder.get(name);
    return row ? (JSON.parse(String(row['holder'])) as Holder) : null;
  }

  const transaction: JournalTransaction = {
    append,
    events: read,
    holder,
    hold(name, holder) {
      db.prepare('INSERT OR REPLACE INTO holders VALUES (?, ?)').run(name, JSON.stringify(holder));
    },
    release(name) {
      db.prepare('DELETE FROM holders WHERE name = ?').run(name);
    },
    nextIncidentId() {
      const row = db
        .prepare("SELECT count(*) AS n FROM events WHERE type = 'incident-opened'")
        .get();
      return `INC-${Number(row?.['n'] ?? 0) + 1}`;
    },
  };

  return {
    get damage() {
      const at = chain.brokenAt();
      return found ?? (at === null ? null : alteredAt(at));
    },
    transact(work) {
      if (!sameFile()) {
        throw unwritable(file, new Error('it was removed or replaced while it was open'));
      }
      try {
        db.exec('BEGIN IMMEDIATE');
      } catch (cause) {
        throw unwritable(file, cause);
      }
      try {
        const result = work(transaction);
        db.exec('COMMIT');
        queueMicrotask(notify);
        return result;
      } catch (cause) {
        if (db.isTransaction) db.exec('ROLLBACK');
        if (cause instanceof OperatorError || !isSqliteError(cause)) throw cause;
        throw unwritable(file, cause);
      }
    },
    events: read,
    holder,
    verify() {
      const rows = db.prepare('SELECT * FROM events ORDER BY seq').iterate();
      const { last, brokenAt } = firstBreak(rows as Iterable<unknown> as Iterable<Row>);
      const at = brokenAt ?? cutAt(headNoted(), last);
      return { intact: at === null, events: last.seq, brokenAt: at };
    },
    onChange(listener) {
      listeners.add(listener);
      if (listeners.size === 1) {
        version = dataVersion();
        watch();
        checkOn();
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) rest();
      };
    },
    close() {
      listeners.clear();
      rest();
      if (db.isOpen) db.close();
    },
  };
}

function isSqliteError(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_SQLITE_ERROR';
}
