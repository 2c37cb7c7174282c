import * as z from 'zod';
import type { RunContext } from '../contract.ts';
import type { PostgresClient } from './client.ts';
import { durationMs, durationText } from './session-choice.ts';
import type { Table, TimeColumn } from './tables.ts';

/** Rows by their age: a table, the column that tells it, and the limit. */
export const ageInput = {
  table: z.string().min(1).max(200).describe('with its schema where several have one'),
  column: z.string().min(1).max(63).describe('the column with the time of a row'),
  olderThan: durationText.optional(),
  before: z
    .string()
    .regex(/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d(?::?\d\d)?)$/)
    .optional()
    .describe('a time with its zone, instead of olderThan'),
};

export interface AgeInput {
  readonly olderThan?: string | undefined;
  readonly before?: string | undefined;
}

/** Exactly one of the two ways to say an age is given. */
export const saysOneAge = ({ before, olderThan }: AgeInput): boolean =>
  (before === undefined) !== (olderThan === undefined);

export const AGE_WORDS = 'give `olderThan` or `before`';

const MS_PER_SECOND = 1000;
const CUTOFF = `SELECT date_trunc('second', now() - make_interval(secs => $1::double precision))::text`;

/** The moment before which rows are old, as the server's own text with its zone. */
export async function cutoffOf(
  client: PostgresClient,
  input: AgeInput,
  { signal }: Pick<RunContext, 'signal'>,
): Promise<string> {
  if (input.before !== undefined) return input.before;
  const seconds = durationMs(input.olderThan) / MS_PER_SECOND;
  const { rows } = await client.ask(CUTOFF, [seconds], signal);
  return rows[0]?.[0] ?? '';
}

/** True for the rows that are old; the moment is the first bound value. */
export function isOld({ sql, type }: TimeColumn): string {
  return `${sql} < $1::timestamp with time zone::${type}`;
}

/** The same in the words of a dialog. The moment is a checked time or the server's own text. */
export function isOldShown({ sql }: TimeColumn, cutoff: string): string {
  return `${sql} < '${cutoff.replaceAll("'", "''")}'`;
}

export interface AgeCount {
  readonly older: number;
  /** The server's text; null when there is none. */
  readonly oldest: string | null;
}

/** Counts the old rows. */
export async function countOld(
  client: PostgresClient,
  table: Table,
  column: TimeColumn,
  cutoff: string,
  signal: AbortSignal,
): Promise<AgeCount> {
  const text = `SELECT count(*)::text, min(${column.sql})::text FROM ${table.sql} WHERE ${isOld(column)}`;
  const { rows } = await client.ask(text, [cutoff], signal);
  const [count = null, oldest = null] = rows[0] ?? [];
  return { older: Number(count ?? 0), oldest };
}
