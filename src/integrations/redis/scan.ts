import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { roleInput } from './role.ts';

/** Keys Redis looks at for one answer; each answer stops it for well below a millisecond. */
const SCAN_COUNT = 1000;
const PATTERN_LENGTH_MAX = 500;
const NAME_LENGTH_MAX = 120;

export type Call = (...words: string[]) => Promise<unknown>;

/** Keys by their pattern, in one database. */
export const keysInput = {
  ...roleInput,
  db: z.coerce.number().int().min(0).max(15).default(0),
  pattern: z
    .string()
    .min(1)
    .max(PATTERN_LENGTH_MAX)
    .describe('as of SCAN: `*`, `?`, `[ab]`, and `\\` before one that is meant itself'),
};

export interface Page {
  /** Names as they are, which may be any bytes read as text. */
  readonly keys: readonly string[];
  /** Keys looked at so far, those that did not fit included; about. */
  readonly looked: number;
}

function pageOf(answer: unknown): { readonly cursor: string; readonly keys: readonly string[] } {
  const [cursor, keys]: unknown[] = Array.isArray(answer) ? answer : [];
  if (typeof cursor !== 'string' || !Array.isArray(keys)) {
    throw new OperatorError('garbage', 'Redis answered SCAN with something else');
  }
  return { cursor, keys: keys.filter((key) => typeof key === 'string') };
}

/**
 * Goes once through all keys of the selected database. A key can come twice, and one that was made
 * meanwhile may be missed: so does SCAN.
 */
export async function* scanKeys(call: Call, pattern: string): AsyncGenerator<Page> {
  let cursor = '0';
  let looked = 0;
  do {
    const answer = await call('SCAN', cursor, 'MATCH', pattern, 'COUNT', String(SCAN_COUNT));
    const page = pageOf(answer);
    cursor = page.cursor;
    looked += SCAN_COUNT;
    yield { keys: page.keys, looked };
  } while (cursor !== '0');
}

export interface Counted {
  readonly keys: number;
  /** Some of their names, safe to show. */
  readonly sample: readonly string[];
  /** False when the count was given up before all keys were looked at. */
  readonly complete: boolean;
}

/**
 * Counts the keys that fit.
 * @param lookedMax keys to look at before giving up
 */
export async function countKeys(
  call: Call,
  pattern: string,
  lookedMax: number,
  sampleMax: number,
): Promise<Counted> {
  const sample: string[] = [];
  let keys = 0;
  for await (const page of scanKeys(call, pattern)) {
    keys += page.keys.length;
    for (const key of page.keys) {
      if (sample.length >= sampleMax) break;
      sample.push(sanitizeLine(key).slice(0, NAME_LENGTH_MAX));
    }
    if (page.looked >= lookedMax) return { keys, sample, complete: false };
  }
  return { keys, sample, complete: true };
}
