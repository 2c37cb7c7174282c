import { sanitizeLine } from '../../domain/sanitize.ts';

const TEXT_LENGTH_MAX = 2000;

/** A value as conditions and templates see it. */
export type Cell = string | number | boolean | null;

/** The types whose values are numbers: int2, int4, int8, oid, float4, float8, numeric. */
const NUMBERS = new Set([21, 23, 20, 26, 700, 701, 1700]);
const BOOLEAN = 16;

/**
 * A value of the server by the type of its column. A number that would lose digits as a double stays
 * text, and so does everything else, on one line, safe to show and cut.
 */
export function cellOf(text: string | null, type: number): Cell {
  if (text === null) return null;
  if (type === BOOLEAN) return text === 't';
  if (NUMBERS.has(type)) {
    const value = Number(text);
    const exact =
      Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
    if (exact && text.trim() !== '') return value;
  }
  return sanitizeLine(text).slice(0, TEXT_LENGTH_MAX);
}
