import { sanitize } from '../../domain/sanitize.ts';

/** Longer lines are cut: a screen shows a small part of it, and parsing must stay cheap. */
export const LINE_LENGTH_MAX = 64 * 1024;
/** Levels of nesting kept of a structured line. */
const DEPTH_MAX = 12;

/** True for text that nothing has to be taken from. */
const isPlain = (text: string) => !/[^\x20-\x7e]/.test(text);

/**
 * A text on one line, safe to draw. Own newlines become `⏎`, so that a stack trace within a field
 * stays readable as one; unlike the words of the screen a log keeps its indentation.
 */
export function cleanLine(text: string): string {
  if (isPlain(text)) return text;
  const clean = sanitize(text);
  return clean.includes('\n') ? clean.split('\n').join(' ⏎ ') : clean;
}

/** Every string of a JSON-like value made safe to draw, newlines kept; what is too deep is cut. */
function cleanValue(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return isPlain(value) ? value : sanitize(value);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= DEPTH_MAX) return '…';
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, depth + 1));
  return cleanFields(value, depth);
}

/** The fields of an object, names and values made safe to draw. */
export function cleanFields(value: object, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [cleanLine(name), cleanValue(item, depth + 1)]),
  );
}
