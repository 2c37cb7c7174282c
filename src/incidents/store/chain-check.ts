import type { DatabaseSync } from 'node:sqlite';
import { GENESIS, type Link, linkHash } from '../chain.ts';

type Row = Link & { readonly hash: string };

/** Events held against each other in one go: about a millisecond's work. */
const EVENTS_AT_ONCE = 100;
/** How far the chain was found whole. */
interface Place {
  readonly seq: number;
  readonly hash: string;
}

/** Holds the events of a journal against each other, going on from where it was. */
export interface ChainCheck {
  /**
   * Looks at some more events.
   * @returns false once it has reached the end, or the first event that does not fit
   */
  some(): boolean;
  /** The first event that does not fit the one before, or is missing; null while none was found. */
  brokenAt(): number | null;
}

/** True for what SQLite says of a file that is damaged. */
export function isDamage(thrown: unknown): boolean {
  const code = thrown instanceof Error && 'errcode' in thrown ? Number(thrown.errcode) & 0xff : 0;
  // SQLITE_CORRUPT and SQLITE_NOTADB.
  return code === 11 || code === 26;
}

export function createChainCheck(db: DatabaseSync): ChainCheck {
  const after = db.prepare('SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?');
  const at = db.prepare('SELECT seq, hash FROM events WHERE seq = ?');
  const end = db.prepare('SELECT seq, hash FROM heads WHERE name = ?');
  let place: Place = { seq: 0, hash: GENESIS };
  let brokenAt: number | null = null;

  /** Whether the last event that was looked at still stands as it stood. */
  const stands = ({ seq, hash }: Place) =>
    seq === 0 || (at.get(seq) as Place | undefined)?.hash === hash;

  function look(): boolean {
    if (brokenAt !== null) return false;
    if (!stands(place)) {
      brokenAt = place.seq;
      return false;
    }
    // Asked for first: another process may write between the two.
    const head = end.get('events') as Place | undefined;
    const rows = after.all(place.seq, EVENTS_AT_ONCE) as unknown as readonly Row[];
    for (const row of rows) {
      if (row.seq !== place.seq + 1 || linkHash(place.hash, row) !== row.hash) {
        brokenAt = row.seq;
        return false;
      }
      place = { seq: row.seq, hash: row.hash };
    }
    if (rows.length === EVENTS_AT_ONCE) return true;
    // What was written last is missing.
    if (head !== undefined && head.seq > place.seq) brokenAt = place.seq + 1;
    return false;
  }

  const some = (): boolean => {
    try {
      return look();
    } catch (thrown) {
      if (!isDamage(thrown)) throw thrown;
      brokenAt = place.seq + 1;
      return false;
    }
  };

  return { some, brokenAt: () => brokenAt };
}
