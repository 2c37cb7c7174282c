import type { Expression, From, Item, Order, Select } from './ast.ts';
import type { Token } from './lex.ts';
import { expressionParser } from './parse-expression.ts';
import { Reader } from './reader.ts';
import { notCovered } from './sql-error.ts';

/** Words that cannot be an alias without AS. */
const RESERVED = new Set(
  `where group having order limit offset fetch union except intersect on using join inner left right
   full cross natural as from for window lateral returning then when else end and or not is`.split(
    /\s+/,
  ),
);

const { callOf, expression } = expressionParser(select);

function alias(reader: Reader): string | null {
  if (reader.takes('as')) return reader.name();
  const { kind, text } = reader.peek();
  if (kind === 'name' || (kind === 'word' && !RESERVED.has(text))) return reader.name();
  return null;
}

function item(reader: Reader): Item {
  if (reader.takes('*')) return { expression: null, table: null, alias: null };
  const { kind, text } = reader.peek();
  if (
    (kind === 'word' || kind === 'name') &&
    reader.peek(1).text === '.' &&
    reader.peek(2).text === '*'
  ) {
    reader.next();
    reader.must('.', '*');
    return { expression: null, table: text, alias: null };
  }
  const of = expression(reader);
  return { expression: of, table: null, alias: alias(reader) };
}

function columnNames(reader: Reader): readonly string[] {
  if (!reader.takes('(')) return [];
  const names = reader.list(() => reader.name());
  reader.must(')');
  return names;
}

function source(reader: Reader): From {
  if (reader.sees('lateral')) throw notCovered('LATERAL');
  if (reader.takes('(')) {
    if (!reader.sees('select') && !reader.sees('with')) {
      const inner = joins(reader);
      reader.must(')');
      return inner;
    }
    const query = select(reader);
    reader.must(')');
    const name = alias(reader) ?? '';
    return { is: 'subquery', query, alias: name, columns: columnNames(reader) };
  }
  const first = reader.peek();
  if (first.kind === 'word' && RESERVED.has(first.text)) throw reader.wrong();
  const path = [reader.name()];
  while (reader.takes('.')) path.push(reader.name());
  const name = path.at(-1) ?? '';
  const schema = path.at(-2) ?? null;
  if (reader.sees('(')) {
    const call = callOf(reader, path);
    return { is: 'function', call, alias: alias(reader) ?? name, columns: columnNames(reader) };
  }
  const called = alias(reader) ?? name;
  return { is: 'relation', schema, name, alias: called, columns: columnNames(reader) };
}

function joinKind(reader: Reader): 'inner' | 'left' | 'right' | 'full' | 'cross' | null {
  if (reader.takes('join') || reader.takes('inner', 'join')) return 'inner';
  if (reader.takes('cross', 'join')) return 'cross';
  for (const kind of ['left', 'right', 'full'] as const) {
    if (reader.takes(kind, 'join') || reader.takes(kind, 'outer', 'join')) return kind;
  }
  if (reader.sees('natural')) throw notCovered('NATURAL JOIN');
  return null;
}

function joins(reader: Reader): From {
  let left = source(reader);
  for (let kind = joinKind(reader); kind !== null; kind = joinKind(reader)) {
    const right = source(reader);
    if (kind === 'cross') {
      left = { is: 'join', kind: 'inner', left, right, on: null, using: [] };
      continue;
    }
    const using = reader.takes('using') ? columnNames(reader) : [];
    if (using.length === 0) reader.must('on');
    const on = using.length > 0 ? null : expression(reader);
    left = { is: 'join', kind, left, right, on, using };
  }
  return left;
}

function order(reader: Reader): Order {
  const by = expression(reader);
  const descending = reader.takes('desc');
  if (!descending) reader.takes('asc');
  let nullsFirst = descending;
  if (reader.takes('nulls', 'first')) nullsFirst = true;
  else if (reader.takes('nulls', 'last')) nullsFirst = false;
  return { by, descending, nullsFirst };
}

function withs(reader: Reader): Select['withs'] {
  if (!reader.takes('with')) return [];
  if (reader.sees('recursive')) throw notCovered('WITH RECURSIVE');
  return reader.list(() => {
    const name = reader.name();
    reader.must('as');
    if (!reader.takes('not', 'materialized')) reader.takes('materialized');
    reader.must('(');
    if (!reader.sees('select')) throw notCovered('this kind of WITH');
    const query = select(reader);
    reader.must(')');
    return { name, query };
  });
}

function distinct(reader: Reader): boolean | readonly Expression[] {
  if (!reader.takes('distinct')) return false;
  if (!reader.takes('on')) return true;
  reader.must('(');
  const keys = reader.list(() => expression(reader));
  reader.must(')');
  return keys;
}

const NO_ITEMS = ['from', 'where', ')', ';'];

function select(reader: Reader): Select {
  const named = withs(reader);
  if (!reader.takes('select')) throw notCovered('this kind of query');
  const unique = distinct(reader);
  const none = reader.atEnd || NO_ITEMS.some((text) => reader.sees(text));
  const items = none ? [] : reader.list(() => item(reader));
  if (reader.sees('into')) throw notCovered('SELECT INTO');
  const from = reader.takes('from') ? fromList(reader) : null;
  const where = reader.takes('where') ? expression(reader) : null;
  const groupBy = reader.takes('group', 'by') ? reader.list(() => expression(reader)) : [];
  const having = reader.takes('having') ? expression(reader) : null;
  for (const word of ['union', 'except', 'intersect', 'window', 'for']) {
    if (reader.sees(word)) throw notCovered(word.toUpperCase());
  }
  const orderBy = reader.takes('order', 'by') ? reader.list(() => order(reader)) : [];
  let limit: Expression | null = null;
  let offset: Expression | null = null;
  for (;;) {
    if (reader.takes('limit')) limit = reader.takes('all') ? null : expression(reader);
    else if (reader.takes('offset')) offset = expression(reader);
    else break;
  }
  return {
    is: 'select',
    ...{
      withs: named,
      distinct: unique,
      items,
      from,
      where,
      groupBy,
      having,
      orderBy,
      limit,
      offset,
    },
  };
}

function fromList(reader: Reader): From {
  const [first, ...rest] = reader.list(() => joins(reader));
  if (first === undefined) throw reader.wrong();
  return rest.reduce<From>(
    (left, right) => ({ is: 'join', kind: 'inner', left, right, on: null, using: [] }),
    first,
  );
}

/**
 * A query of the tokens of one statement.
 * @throws NotCovered for what this parser does not know; SqlError for what is no SQL
 */
export function parseSelect(tokens: readonly Token[]): Select {
  const reader = new Reader(tokens);
  const query = select(reader);
  if (!reader.atEnd) throw reader.sees('for') ? notCovered('FOR UPDATE') : reader.wrong();
  return query;
}
