/** One assignment of an env file, with the place of its value in the text. */
interface Assignment {
  readonly key: string;
  /** What programs read: without quotes, its escapes undone, its references as they are written. */
  readonly value: string;
  /** The whole statement, its line ending included. */
  readonly start: number;
  readonly end: number;
  /** The value as it is written, quotes included. */
  readonly valueStart: number;
  readonly valueEnd: number;
}

export interface EnvText {
  readonly assignments: readonly Assignment[];
  /** Number of the line on which a quote begins that has no end; null when all have. */
  readonly openQuoteLine: number | null;
}

const HEAD = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
const BOM = '\ufeff';

function lineEnd(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline === -1 ? text.length : newline + 1;
}

/** The end of the closing quote; -1 when there is none. Only double quotes know escapes. */
function quoteEnd(text: string, from: number, quote: string): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (quote === '"' && text[at] === '\\') at += 1;
    else if (text[at] === quote) return at + 1;
  }
  return -1;
}

function unquoted(raw: string): string {
  const inner = raw.slice(1, -1);
  if (raw[0] === "'") return inner;
  return inner.replace(/\\([nrt"\\$])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}

type Value = Pick<Assignment, 'value' | 'valueStart' | 'valueEnd' | 'end'>;

/** A value without quotes ends before a comment, which a blank sets off, and before trailing blanks. */
function plainValue(text: string, from: number, end: number): Value {
  const line = text.slice(from, end);
  if (line.startsWith('#') && /[ \t]/.test(text[from - 1] ?? '')) {
    // Empty: what is written there later goes before the blanks that set the comment off.
    let place = from;
    while (/[ \t]/.test(text[place - 1] ?? '')) place -= 1;
    return { value: '', valueStart: place, valueEnd: place, end };
  }
  const cut = line.search(/[ \t]#/);
  const value = (cut === -1 ? line : line.slice(0, cut)).trimEnd();
  return { value, valueStart: from, valueEnd: from + value.length, end };
}

function quotedValue(text: string, start: number): Value | 'open' | null {
  const quote = text[start];
  if (quote !== '"' && quote !== "'") return null;
  const valueEnd = quoteEnd(text, start, quote);
  if (valueEnd === -1) return 'open';
  const end = lineEnd(text, valueEnd);
  // Something behind the quote other than a comment: readers differ, so it is taken as it stands.
  if (!/^[ \t]*(?:#[^\n]*)?\r?\n?$/.test(text.slice(valueEnd, end))) return null;
  return { value: unquoted(text.slice(start, valueEnd)), valueStart: start, valueEnd, end };
}

/**
 * Reads an env file as docker compose, python-dotenv and a shell do where they agree: `KEY=value`,
 * `export KEY=value`, single and double quotes (also over several lines), comments. Lines that are no
 * assignment are left alone.
 */
export function parseEnv(text: string): EnvText {
  const assignments: Assignment[] = [];
  let start = text.startsWith(BOM) ? 1 : 0;
  let lineNumber = 1;
  while (start < text.length) {
    let end = lineEnd(text, start);
    const head = HEAD.exec(text.slice(start, end));
    if (head !== null) {
      const [whole, key = ''] = head;
      const quoted = quotedValue(text, start + whole.length);
      if (quoted === 'open') return { assignments, openQuoteLine: lineNumber };
      const found = quoted ?? plainValue(text, start + whole.length, end);
      end = found.end;
      assignments.push({ key, start, ...found });
    }
    lineNumber += text.slice(start, end).split('\n').length - 1;
    start = end;
  }
  return { assignments, openQuoteLine: null };
}

/** The values a program reads: of a key that stands twice, the last. */
export function valuesOf({ assignments }: EnvText): ReadonlyMap<string, string> {
  return new Map(assignments.map(({ key, value }) => [key, value]));
}
