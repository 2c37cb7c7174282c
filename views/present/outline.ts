import { sanitize } from '../../src/domain/sanitize.ts';
import { isEpoch, isFields } from './answer-words.ts';

/** Deeper than this a value is named by its kind only. */
const DEPTH_MAX = 12;

/** Times are told as ISO 8601 in UTC; everything else as it was read. */
function scalar(name: string, value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number' && isEpoch(name, value)) return new Date(value).toISOString();
  return String(value);
}

function entry(name: string, value: unknown, depth: number): readonly string[] {
  const title = sanitize(name);
  const label = title === '' ? '' : `${title}: `;
  const text = isFields(value) || Array.isArray(value) ? null : sanitize(scalar(name, value));
  if (text !== null && !text.includes('\n')) return [label + text];
  const inner = text === null ? nested(value, depth) : text.trimEnd().split('\n');
  if (inner.length === 0) return [`${label}${Array.isArray(value) ? 'none' : 'nothing'}`];
  if (name === '') return inner;
  return [`${title}:`, ...inner.map((line) => `  ${line}`)];
}

function nested(value: unknown, depth: number): readonly string[] {
  if (depth >= DEPTH_MAX) return ['…'];
  if (Array.isArray(value)) {
    return value.flatMap((one) =>
      entry('', one, depth + 1).map((line, place) => `${place === 0 ? '-' : ' '} ${line}`),
    );
  }
  return Object.entries(value as object).flatMap(([name, one]) => entry(name, one, depth + 1));
}

/**
 * An answer as it was read, a line for each of its values, what lies within by two spaces deeper.
 * Texts of several lines stand as such.
 */
export function outline(value: unknown): readonly string[] {
  return entry('', value, 0);
}
