import type { Compiled, Env } from './scope.ts';
import { notCovered, SqlError } from './sql-error.ts';
import { castValue, compareValues, isNumber, isTime, textOf, type Value } from './values.ts';

/** Digits that a double holds: what is computed of decimals shows no more. */
const DIGITS = 15;
const exact = (value: number) => Number(value.toPrecision(DIGITS));

/** A compiled expression as one of another type. */
export function cast({ run, type }: Compiled, to: string): Compiled {
  return type === to ? { run, type } : { type: to, run: (env) => castValue(run(env), type, to) };
}

/** Two sides of a comparison, of one type: a text that stands for itself takes that of the other. */
export function alike(left: Compiled, right: Compiled): readonly [Compiled, Compiled] {
  if (left.type === right.type) return [left, right];
  if (left.type === 'unknown') return [cast(left, right.type), right];
  if (right.type === 'unknown') return [left, cast(right, left.type)];
  return [left, right];
}

type Three = boolean | null;

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '>': (order) => order > 0,
  '<=': (order) => order <= 0,
  '>=': (order) => order >= 0,
};

const MATCHES: Readonly<Record<string, (text: string, pattern: string) => boolean>> = {
  '~': (text, pattern) => new RegExp(pattern).test(text),
  '!~': (text, pattern) => !new RegExp(pattern).test(text),
  '~*': (text, pattern) => new RegExp(pattern, 'i').test(text),
  '!~*': (text, pattern) => !new RegExp(pattern, 'i').test(text),
  like: (text, pattern) => likeness(pattern, '').test(text),
  ilike: (text, pattern) => likeness(pattern, 'i').test(text),
};

function likeness(pattern: string, flags: string): RegExp {
  const parts = pattern
    .replace(/[.*+?^${}()|[\]]/g, '\\$&')
    .replace(/%|_/g, (one) => (one === '%' ? '[\\s\\S]*' : '[\\s\\S]'));
  return new RegExp(`^${parts}$`, flags);
}

function both(left: Compiled, right: Compiled, of: (a: Value, b: Value) => Value) {
  return (env: Env): Value => {
    const [a, b] = [left.run(env), right.run(env)];
    return a === null || b === null ? null : of(a, b);
  };
}

function arithmeticType(op: string, left: string, right: string): string {
  if (isTime(left) && isTime(right)) return 'interval';
  if (isTime(left) || isTime(right)) return isTime(left) ? left : right;
  if (left === 'interval' || right === 'interval') return 'interval';
  if (left === 'pg_lsn' && right === 'pg_lsn') return 'numeric';
  for (const wide of ['float8', 'numeric', 'int8']) {
    if (left === wide || right === wide) return wide;
  }
  if (isNumber(left) && isNumber(right)) return 'int4';
  const message = `operator does not exist: ${left} ${op} ${right}`;
  throw new SqlError('42883', message);
}

function compute(op: string, type: string, a: number, b: number): number {
  if ((op === '/' || op === '%') && b === 0) throw new SqlError('22012', 'division by zero');
  const whole = type === 'int4' || type === 'int8';
  if (op === '+') return type === 'numeric' ? exact(a + b) : a + b;
  if (op === '-') return type === 'numeric' ? exact(a - b) : a - b;
  if (op === '*') return type === 'numeric' ? exact(a * b) : a * b;
  if (op === '%') return a % b;
  return whole ? Math.trunc(a / b) : exact(a / b);
}

function arithmetic(op: string, one: Compiled, other: Compiled): Compiled {
  const [left, right] =
    ['unknown', 'text'].includes(one.type) || other.type === 'unknown'
      ? isTime(one.type) && op === '-'
        ? alike(one, other)
        : isTime(one.type)
          ? [one, cast(other, 'interval')]
          : alike(one, other)
      : [one, other];
  const type = arithmeticType(op, left.type, right.type);
  const run = both(left, right, (a, b) => compute(op, type, Number(a), Number(b)));
  return { type, run };
}

function concatenation(left: Compiled, right: Compiled): Compiled {
  if (left.type.endsWith('[]') || right.type.endsWith('[]')) throw notCovered('|| of arrays');
  const run = both(left, right, (a, b) => `${textOf(a, left.type)}${textOf(b, right.type)}`);
  return { type: 'text', run };
}

function logic(op: string, left: Compiled, right: Compiled): Compiled {
  const decides = op === 'or';
  const run = (env: Env): Three => {
    const a = left.run(env);
    if (a === decides) return decides;
    const b = right.run(env);
    if (b === decides) return decides;
    return a === null || b === null ? null : !decides;
  };
  return { type: 'bool', run };
}

/** What stands between two expressions. @throws NotCovered for an operator this has no notion of */
export function binary(op: string, one: Compiled, other: Compiled): Compiled {
  if (op === 'and' || op === 'or') return logic(op, one, other);
  const comparison = COMPARISONS[op];
  if (comparison !== undefined) {
    const [left, right] = alike(one, other);
    const run = both(left, right, (a, b) => comparison(compareValues(a, b) ?? 0));
    return { type: 'bool', run };
  }
  const match = MATCHES[op];
  if (match !== undefined) {
    return { type: 'bool', run: both(one, other, (a, b) => match(String(a), String(b))) };
  }
  if (op === '||') return concatenation(one, other);
  if (['+', '-', '*', '/', '%'].includes(op)) return arithmetic(op, one, other);
  throw notCovered(`the operator ${op}`);
}

/** `left op ANY (values)`, or ALL. */
export function overAll(op: string, left: Compiled, values: Compiled, all: boolean): Compiled {
  const item = values.type.replace('[]', '');
  let current: Value = null;
  const element: Compiled = { type: item, run: () => current };
  const test = binary(op, left, element);
  return {
    type: 'bool',
    run(env) {
      const list = values.run(env);
      if (list === null || typeof list !== 'object') return null;
      let open: Three = all;
      for (const value of list) {
        current = value;
        const one = test.run(env);
        if (one === !all) return !all;
        if (one === null) open = null;
      }
      return open;
    },
  };
}
