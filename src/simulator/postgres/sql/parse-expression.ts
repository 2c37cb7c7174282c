import type { Call, Expression, Select } from './ast.ts';
import type { Reader } from './reader.ts';

/** How a parser of expressions reads a query within one. */
export type ReadSelect = (reader: Reader) => Select;

const COMPARE = ['=', '<>', '!=', '<', '>', '<=', '>=', '~', '!~', '~*', '!~*'];
const WORDS_AS_CALLS: Readonly<Record<string, string>> = {
  current_user: 'current_user',
  session_user: 'session_user',
  user: 'current_user',
  current_role: 'current_user',
  current_catalog: 'current_database',
  current_timestamp: 'now',
  current_date: 'current_date',
  localtimestamp: 'localtimestamp',
};
/** Types of two words or more. */
const LONG_TYPES: readonly (readonly [readonly string[], string])[] = [
  [['double', 'precision'], 'float8'],
  [['timestamp', 'with', 'time', 'zone'], 'timestamptz'],
  [['timestamp', 'without', 'time', 'zone'], 'timestamp'],
  [['character', 'varying'], 'text'],
];
const TYPES: Readonly<Record<string, string>> = {
  int: 'int4',
  integer: 'int4',
  smallint: 'int4',
  int2: 'int4',
  bigint: 'int8',
  boolean: 'bool',
  real: 'float8',
  float4: 'float8',
  float: 'float8',
  decimal: 'numeric',
  varchar: 'text',
};

const call = (name: string, args: readonly Expression[] = []): Expression => ({
  is: 'call',
  call: { schema: null, name, args, star: false, distinct: false, filter: null },
});

/** Reads expressions, with PostgreSQL's precedences. */
export function expressionParser(readSelect: ReadSelect) {
  const expression = (reader: Reader): Expression => or(reader);

  function or(reader: Reader): Expression {
    let left = and(reader);
    while (reader.takes('or')) left = { is: 'binary', op: 'or', left, right: and(reader) };
    return left;
  }

  function and(reader: Reader): Expression {
    let left = not(reader);
    while (reader.takes('and')) left = { is: 'binary', op: 'and', left, right: not(reader) };
    return left;
  }

  function not(reader: Reader): Expression {
    return reader.takes('not') ? { is: 'unary', op: 'not', of: not(reader) } : tests(reader);
  }

  function tests(reader: Reader): Expression {
    let of = comparison(reader);
    while (reader.takes('is')) {
      const negated = reader.takes('not');
      if (reader.takes('distinct', 'from')) {
        of = { is: 'distinct', left: of, right: comparison(reader), not: negated };
      } else if (reader.takes('null')) of = { is: 'test', of, wants: null, not: negated };
      else if (reader.takes('true')) of = { is: 'test', of, wants: true, not: negated };
      else if (reader.takes('false')) of = { is: 'test', of, wants: false, not: negated };
      else throw reader.wrong();
    }
    return of;
  }

  function comparison(reader: Reader): Expression {
    let left = membership(reader);
    for (let op = signOf(reader, COMPARE); op !== null; op = signOf(reader, COMPARE)) {
      const all = reader.sees('all', '(');
      if (all || reader.sees('any', '(') || reader.sees('some', '(')) {
        reader.next();
        reader.must('(');
        const right = reader.sees('select') ? readSelect(reader) : expression(reader);
        reader.must(')');
        left = { is: 'any', op, left, right, all };
      } else left = { is: 'binary', op, left, right: membership(reader) };
    }
    return left;
  }

  function membership(reader: Reader): Expression {
    const of = sum(reader);
    const negated =
      reader.sees('not') && ['in', 'like', 'ilike', 'between'].includes(reader.peek(1).text);
    if (negated) reader.next();
    if (reader.takes('in')) {
      reader.must('(');
      const list = reader.sees('select')
        ? readSelect(reader)
        : reader.list(() => expression(reader));
      reader.must(')');
      return { is: 'in', of, list, not: negated };
    }
    if (reader.sees('like') || reader.sees('ilike')) {
      const op = reader.next().text;
      const like: Expression = { is: 'binary', op, left: of, right: sum(reader) };
      return negated ? { is: 'unary', op: 'not', of: like } : like;
    }
    if (reader.takes('between')) {
      const low: Expression = { is: 'binary', op: '>=', left: of, right: sum(reader) };
      reader.must('and');
      const high: Expression = { is: 'binary', op: '<=', left: of, right: sum(reader) };
      const within: Expression = { is: 'binary', op: 'and', left: low, right: high };
      return negated ? { is: 'unary', op: 'not', of: within } : within;
    }
    return of;
  }

  function sum(reader: Reader): Expression {
    let left = product(reader);
    for (
      let op = signOf(reader, ['+', '-', '||']);
      op !== null;
      op = signOf(reader, ['+', '-', '||'])
    ) {
      left = { is: 'binary', op, left, right: product(reader) };
    }
    return left;
  }

  function product(reader: Reader): Expression {
    let left = signed(reader);
    for (
      let op = signOf(reader, ['*', '/', '%']);
      op !== null;
      op = signOf(reader, ['*', '/', '%'])
    ) {
      left = { is: 'binary', op, left, right: signed(reader) };
    }
    return left;
  }

  function signed(reader: Reader): Expression {
    const op = signOf(reader, ['-', '+']);
    if (op === '-' || op === '+') return { is: 'unary', op, of: signed(reader) };
    let of = primary(reader);
    for (;;) {
      if (reader.takes('::')) of = { is: 'cast', of, type: typeName(reader) };
      else if (reader.takes('at', 'time', 'zone')) of = call('timezone', [primary(reader), of]);
      else return of;
    }
  }

  function primary(reader: Reader): Expression {
    const token = reader.peek();
    if (token.kind === 'string') return value(reader.next().text, 'unknown');
    if (token.kind === 'number') {
      const type = /^\d+$/.test(token.text)
        ? Number(token.text) > 2 ** 31
          ? 'int8'
          : 'int4'
        : 'numeric';
      return value(Number(reader.next().text), type);
    }
    if (token.kind === 'param') return { is: 'param', index: Number(reader.next().text) - 1 };
    if (reader.takes('(')) {
      if (reader.sees('select') || reader.sees('with')) {
        const query = readSelect(reader);
        reader.must(')');
        return { is: 'subquery', query, array: false };
      }
      const inner = expression(reader);
      reader.must(')');
      return inner;
    }
    return token.kind === 'word' ? wordly(reader) : named(reader);
  }

  /** What begins with a word of SQL. */
  function wordly(reader: Reader): Expression {
    if (reader.takes('null')) return value(null, 'unknown');
    if (reader.takes('true')) return value(true, 'bool');
    if (reader.takes('false')) return value(false, 'bool');
    if (reader.takes('case')) return cases(reader);
    if (reader.takes('cast', '(')) {
      const of = expression(reader);
      reader.must('as');
      const type = typeName(reader);
      reader.must(')');
      return { is: 'cast', of, type };
    }
    if (reader.takes('exists', '(')) {
      const query = readSelect(reader);
      reader.must(')');
      return { is: 'exists', query };
    }
    if (reader.takes('array', '(')) {
      const query = readSelect(reader);
      reader.must(')');
      return { is: 'subquery', query, array: true };
    }
    if (reader.takes('array', '[')) {
      const items = reader.sees(']') ? [] : reader.list(() => expression(reader));
      reader.must(']');
      return { is: 'array', items };
    }
    if (reader.takes('extract', '(')) {
      const field = reader.next().text;
      reader.must('from');
      const of = expression(reader);
      reader.must(')');
      return call('date_part_numeric', [value(field, 'unknown'), of]);
    }
    if (reader.sees('interval') && reader.peek(1).kind === 'string') {
      reader.next();
      return { is: 'cast', of: value(reader.next().text, 'unknown'), type: 'interval' };
    }
    const asCall = WORDS_AS_CALLS[reader.peek().text];
    if (asCall !== undefined && reader.peek(1).text !== '(' && reader.peek(1).text !== '.') {
      reader.next();
      return call(asCall);
    }
    return named(reader);
  }

  function cases(reader: Reader): Expression {
    const operand = reader.sees('when') ? null : expression(reader);
    const whens: { when: Expression; gives: Expression }[] = [];
    while (reader.takes('when')) {
      const when = expression(reader);
      reader.must('then');
      whens.push({ when, gives: expression(reader) });
    }
    const otherwise = reader.takes('else') ? expression(reader) : null;
    reader.must('end');
    return { is: 'case', operand, whens, otherwise };
  }

  /** A column, or the call of a function. */
  function named(reader: Reader): Expression {
    const path = [reader.name()];
    while (reader.sees('.') && reader.peek(1).text !== '*') {
      reader.next();
      path.push(reader.name());
    }
    if (reader.sees('(')) return { is: 'call', call: callOf(reader, path) };
    return { is: 'column', path };
  }

  function callOf(reader: Reader, path: readonly string[]): Call {
    reader.must('(');
    const star = reader.takes('*');
    const distinct = reader.takes('distinct');
    const args = star || reader.sees(')') ? [] : reader.list(() => expression(reader));
    reader.must(')');
    let filter: Expression | null = null;
    if (reader.takes('filter', '(')) {
      reader.must('where');
      filter = expression(reader);
      reader.must(')');
    }
    if (reader.sees('over')) throw reader.wrong();
    const name = path.at(-1) ?? '';
    return { schema: path.at(-2) ?? null, name, args, star, distinct, filter };
  }

  return { expression, callOf };
}

const value = (of: string | number | boolean | null, type: string): Expression => ({
  is: 'value',
  value: of,
  type,
});

function signOf(reader: Reader, signs: readonly string[]): string | null {
  const { kind, text } = reader.peek();
  return kind === 'op' && signs.includes(text) ? reader.next().text : null;
}

/** A type by the one name this evaluator has for it. */
function typeName(reader: Reader): string {
  const long = LONG_TYPES.find(([words]) => reader.takes(...words));
  let type = long?.[1] ?? reader.name();
  while (reader.takes('.')) type = reader.name();
  type = TYPES[type] ?? type;
  if (reader.takes('(')) {
    while (!reader.takes(')')) reader.next();
  }
  return reader.takes('[', ']') ? `${type}[]` : type;
}
