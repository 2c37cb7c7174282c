import type { Sample } from '../../domain/metrics.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';

const SHOWN_LINE_LENGTH = 60;
const PLAIN = /^[\x20-\x7e]*$/;
const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const HEX_NUMBER = /^[+-]?0x[0-9a-f]+$/i;

/** A place in one line of the text; the parser walks it from left to right. */
export interface Cursor {
  readonly line: string;
  at: number;
}

/** The error of a line that is none of the format. */
export function broken(line: string, lineNumber: number, why: string): OperatorError {
  const shown = sanitizeLine(line.slice(0, SHOWN_LINE_LENGTH));
  return new OperatorError(
    'garbage',
    `Line ${lineNumber} of the metrics is broken: ${why}: ${shown}`,
    'see what answers there; it must be the Prometheus text format',
  );
}

function clean(text: string): string {
  return PLAIN.test(text) ? text : sanitizeLine(text);
}

function skipBlanks(cursor: Cursor): void {
  while (cursor.line[cursor.at] === ' ' || cursor.line[cursor.at] === '\t') cursor.at += 1;
}

/** Reads a bare name; null when none stands there. */
export function readName(cursor: Cursor): string | null {
  NAME.lastIndex = cursor.at;
  const name = NAME.exec(cursor.line)?.[0];
  if (name === undefined) return null;
  cursor.at += name.length;
  return name;
}

/** Reads a quoted text with its escapes; null when it never ends. */
export function readQuoted(cursor: Cursor): string | null {
  const { line } = cursor;
  const start = cursor.at + 1;
  let end = line.indexOf('"', start);
  if (end !== -1 && line.lastIndexOf('\\', end) < start) {
    cursor.at = end + 1;
    return clean(line.slice(start, end));
  }
  let text = '';
  for (end = start; end < line.length; end += 1) {
    const char = line[end];
    if (char === '"') {
      cursor.at = end + 1;
      return clean(text);
    }
    if (char !== '\\') {
      text += char;
      continue;
    }
    end += 1;
    const escaped = line[end];
    text += escaped === 'n' ? '\n' : escaped === '"' || escaped === '\\' ? escaped : `\\${escaped}`;
  }
  return null;
}

/** Sets a label; `__proto__` is a legal label name and no property of a plain object. */
function setLabel(labels: Record<string, string>, name: string, value: string): void {
  if (name !== '__proto__') labels[name] = value;
  else Object.defineProperty(labels, name, { value, enumerable: true });
}

/** Reads `{a="b",…}`, with the metric's own name inside if it is quoted; returns what is wrong. */
function readLabels(cursor: Cursor, sample: { name: string; labels: Record<string, string> }) {
  cursor.at += 1;
  for (;;) {
    skipBlanks(cursor);
    if (cursor.line[cursor.at] === '}') break;
    const quoted = cursor.line[cursor.at] === '"';
    const name = quoted ? readQuoted(cursor) : readName(cursor);
    if (name === null) return 'a label name is expected';
    skipBlanks(cursor);
    if (cursor.line[cursor.at] === '=') {
      cursor.at += 1;
      skipBlanks(cursor);
      if (cursor.line[cursor.at] !== '"') return 'a label value in quotes is expected';
      const value = readQuoted(cursor);
      if (value === null) return 'a label value does not end';
      setLabel(sample.labels, name, value);
    } else if (quoted && sample.name === '') {
      sample.name = name;
    } else {
      return 'a label without a value';
    }
    skipBlanks(cursor);
    if (cursor.line[cursor.at] === ',') cursor.at += 1;
    else if (cursor.line[cursor.at] !== '}') return 'a comma or } is expected';
  }
  cursor.at += 1;
  return null;
}

/** The number in the words of the format; null when it is none. */
function readNumber(text: string): number | null {
  if (NUMBER.test(text)) return Number(text);
  switch (text.toLowerCase().replace(/^\+/, '')) {
    case 'nan':
      return Number.NaN;
    case 'inf':
    case 'infinity':
      return Number.POSITIVE_INFINITY;
    case '-inf':
    case '-infinity':
      return Number.NEGATIVE_INFINITY;
    default:
      return HEX_NUMBER.test(text) ? Number.parseInt(text, 16) : null;
  }
}

/**
 * Parses one line of the text format 0.0.4 or of OpenMetrics. Time stamps and exemplars are checked
 * for their form no further than that they stand where they may.
 * @returns the sample; null for comments, types, units and empty lines
 * @throws OperatorError('garbage') naming the line
 */
export function parseLine(line: string, lineNumber: number): Sample | null {
  const cursor: Cursor = { line, at: 0 };
  skipBlanks(cursor);
  if (cursor.at >= line.length || line[cursor.at] === '#') return null;
  const sample: { name: string; labels: Record<string, string> } = {
    name: readName(cursor) ?? '',
    labels: {},
  };
  skipBlanks(cursor);
  if (line[cursor.at] === '{') {
    const wrong = readLabels(cursor, sample);
    if (wrong !== null) throw broken(line, lineNumber, wrong);
  }
  if (sample.name === '') throw broken(line, lineNumber, 'a metric name is expected');
  const [valueText = '', time, exemplar] = line
    .slice(cursor.at)
    .trim()
    .split(/[ \t]+/, 3);
  const value = readNumber(valueText);
  if (value === null) throw broken(line, lineNumber, 'a number is expected');
  if (time !== undefined && time !== '#' && readNumber(time) === null) {
    throw broken(line, lineNumber, 'a time stamp is expected');
  }
  if (time !== '#' && exemplar !== undefined && exemplar !== '#') {
    throw broken(line, lineNumber, 'nothing may follow the time stamp');
  }
  return { name: sample.name, labels: sample.labels, value };
}
