import { SqlError } from './sql-error.ts';

/** A piece of a statement. Words are in lower case; quoted names and strings are as they mean. */
export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'param' | 'op' | 'end';
  readonly text: string;
  /** Where it stands in the text. */
  readonly from: number;
  readonly to: number;
}

const SPACE = /(?:\s+|--[^\n]*)+/y;
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const PARAM = /\$\d+/y;
const QUOTED = /"((?:[^"]|"")*)"/y;
const STRING = /'((?:[^']|'')*)'/y;
const ESCAPED = /[eE]'((?:[^'\\]|''|\\[\s\S])*)'/y;
const DOLLAR = /\$([A-Za-z_]\w*)?\$/y;
const OP = /::|<=|>=|<>|!=|\|\||!~\*|!~|~\*|->>|->|:=|=>|[-+*/%^<>=~()[\],.;:@#&|?!]/y;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

function at(pattern: RegExp, text: string, place: number): RegExpExecArray | null {
  pattern.lastIndex = place;
  return pattern.exec(text);
}

/** The end of a comment, those within it included. */
function afterComment(text: string, from: number): number {
  let depth = 0;
  for (let place = from; place < text.length; place += 1) {
    const two = text.slice(place, place + 2);
    if (two === '/*') depth += 1;
    else if (two === '*/') depth -= 1;
    else continue;
    place += 1;
    if (depth === 0) return place + 1;
  }
  throw new SqlError('42601', 'unterminated /* comment');
}

function dollarString(text: string, from: number, tag: string): Token {
  const end = text.indexOf(tag, from + tag.length);
  if (end < 0) throw new SqlError('42601', 'unterminated dollar-quoted string');
  const inner = text.slice(from + tag.length, end);
  return { kind: 'string', text: inner, from, to: end + tag.length };
}

function tokenAt(text: string, from: number): Token {
  const made = (kind: Token['kind'], meant: string, length: number): Token => ({
    kind,
    text: meant,
    from,
    to: from + length,
  });
  const escaped = at(ESCAPED, text, from);
  if (escaped !== null) {
    const meant = (escaped[1] ?? '').replace(/''|\\([\s\S])/g, (whole, letter?: string) =>
      letter === undefined ? whole.slice(1) : (ESCAPES[letter] ?? letter),
    );
    return made('string', meant, escaped[0].length);
  }
  const word = at(WORD, text, from);
  if (word !== null) return made('word', word[0].toLowerCase(), word[0].length);
  const param = at(PARAM, text, from);
  if (param !== null) return made('param', param[0].slice(1), param[0].length);
  const dollar = at(DOLLAR, text, from);
  if (dollar !== null) return dollarString(text, from, dollar[0]);
  const quoted = at(QUOTED, text, from);
  if (quoted !== null)
    return made('name', (quoted[1] ?? '').replaceAll('""', '"'), quoted[0].length);
  const string = at(STRING, text, from);
  if (string !== null) {
    return made('string', (string[1] ?? '').replaceAll("''", "'"), string[0].length);
  }
  const number = at(NUMBER, text, from);
  if (number !== null) return made('number', number[0], number[0].length);
  const op = at(OP, text, from);
  if (op !== null) return made('op', op[0], op[0].length);
  const rest = text.slice(from);
  if (/^["']/.test(rest)) throw new SqlError('42601', `unterminated quoted text at "${rest}"`);
  throw new SqlError('42601', `syntax error at or near "${rest.slice(0, 1)}"`);
}

/** The tokens of a text, an `end` last. @throws SqlError for what is no SQL */
function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let place = 0; ; ) {
    const space = at(SPACE, text, place);
    if (space !== null) place = SPACE.lastIndex;
    else if (text.startsWith('/*', place)) place = afterComment(text, place);
    else if (place >= text.length) {
      tokens.push({ kind: 'end', text: '', from: place, to: place });
      return tokens;
    } else {
      const token = tokenAt(text, place);
      tokens.push(token);
      place = token.to;
    }
  }
}

/** One statement of a text. */
export interface Statement {
  readonly text: string;
  /** Of `text`; an `end` last. */
  readonly tokens: readonly Token[];
}

/** The statements of a text, which semicolons part; empty ones are left out. */
export function statementsOf(text: string): readonly Statement[] {
  const statements: Statement[] = [];
  let open: Token[] = [];
  for (const token of tokensOf(text)) {
    const ends = token.kind === 'end' || (token.kind === 'op' && token.text === ';');
    if (!ends) {
      open.push(token);
      continue;
    }
    const [first] = open;
    const last = open.at(-1);
    if (first !== undefined && last !== undefined) {
      const shift = (one: Token) => ({
        ...one,
        from: one.from - first.from,
        to: one.to - first.from,
      });
      const end = { kind: 'end', text: '', from: last.to - first.from, to: last.to - first.from };
      statements.push({
        // What stands behind the last word belongs to it, as a comment does.
        text: text.slice(first.from, token.from).trimEnd(),
        tokens: [...open.map(shift), end as Token],
      });
    }
    open = [];
  }
  return statements;
}
