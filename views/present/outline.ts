import { sanitize } from '../../src/domain/sanitize.ts';

/** Deeper than this a value is named by its kind only. */
const DEPTH_MAX = 12;
const EPOCH_MS_MIN = 1e12;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Times are told as ISO 8601 in UTC; everything else as it was read. */
function scalar(name: string, value: unknown): string {
  if (value === null || value === undefined) return '–';
  const epoch = typeof value === 'number' && value >= EPOCH_MS_MIN && value < 1e14;
  if (epoch && /(?:^at|At|[Ss]ince)$/.test(name)) return new Date(value).toISOString();
  return String(value);
}

function entry(name: string, value: unknown, depth: number): readonly string[] {
  const title = sanitize(name);
  const label = title === '' ? '' : `${title}: `;
  const text = isRecord(value) || Array.isArray(value) ? null : sanitize(scalar(name, value));
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
