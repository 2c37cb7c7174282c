import { aggregate, isAggregate } from './aggregates.ts';
import type { Call, Expression, Select } from './ast.ts';
import { BUILTINS } from './builtins.ts';
import { alike, binary, cast, overAll } from './operators.ts';
import type { Compiled, Env, Relation, Scope } from './scope.ts';
import { NotCovered, notCovered, SqlError } from './sql-error.ts';
import { castValue, compareValues, type Value } from './values.ts';

/** What a query can ask beside itself. */
export interface Catalogue {
  /** Null for one that is not there. */
  relation(schema: string | null, name: string): Relation | null;
  /** A function of the server; null for one it has not. */
  call(name: string, args: readonly Compiled[]): Compiled | null;
  /** A function that gives rows; null for one it has not. */
  rows(schema: string | null, name: string, args: readonly Value[]): Relation | null;
  /** Told the size of rows that are kept for a moment. @throws SqlError where there is no room */
  keep(bytes: number): void;
  /** The values of `$1`, `$2`…, as texts. */
  readonly parameters: readonly (string | null)[];
}

/** A query that is ready to run within another. */
export interface Query {
  readonly columns: Relation['columns'];
  readonly run: (outer: Env | null) => readonly (readonly Value[])[];
}

/** Compiles expressions over the columns of a scope. */
export function expressionCompiler(
  catalogue: Catalogue,
  scope: Scope,
  query: (inner: Select) => Query,
) {
  const value = (of: Value, type: string): Compiled => ({ type, run: () => of });

  function compile(expression: Expression): Compiled {
    switch (expression.is) {
      case 'value':
        return value(expression.value, expression.type);
      case 'param':
        return parameter(expression.index);
      case 'column':
        return scope.find(expression.path);
      case 'call':
        return call(expression.call);
      case 'cast':
        return cast(compile(expression.of), expression.type);
      case 'binary':
        return binary(expression.op, compile(expression.left), compile(expression.right));
      case 'unary':
        return unary(expression.op, compile(expression.of));
      case 'test':
        return test(compile(expression.of), expression.wants, expression.not);
      case 'distinct':
        return distinct(compile(expression.left), compile(expression.right), expression.not);
      case 'case':
        return cases(expression);
      default:
        return ofSets(expression);
    }
  }

  function parameter(index: number): Compiled {
    if (index >= catalogue.parameters.length) {
      throw new SqlError('42P02', `there is no parameter $${index + 1}`);
    }
    return value(catalogue.parameters[index] ?? null, 'unknown');
  }

  function call({ args, distinct: unique, filter, name, star }: Call): Compiled {
    if (isAggregate(name)) {
      const how = { distinct: unique, filter: filter === null ? null : compile(filter) };
      return aggregate(name, star ? [] : args.map(compile), how);
    }
    const compiled = args.map(compile);
    const found = catalogue.call(name, compiled) ?? BUILTINS[name]?.(compiled) ?? null;
    if (found !== null) return found;
    const types = compiled.map(({ type }) => type).join(', ');
    throw new NotCovered(new SqlError('42883', `function ${name}(${types}) does not exist`));
  }

  function unary(op: 'not' | '-' | '+', of: Compiled): Compiled {
    if (op === 'not') {
      const run = (env: Env) => {
        const one = of.run(env);
        return one === null ? null : one !== true;
      };
      return { type: 'bool', run };
    }
    return op === '+' ? of : binary('-', value(0, of.type === 'unknown' ? 'int4' : of.type), of);
  }

  function test(of: Compiled, wants: null | boolean, not: boolean): Compiled {
    return { type: 'bool', run: (env) => (of.run(env) === wants) !== not };
  }

  function distinct(one: Compiled, other: Compiled, not: boolean): Compiled {
    const [left, right] = alike(one, other);
    const run = (env: Env) => {
      const [a, b] = [left.run(env), right.run(env)];
      const same = a === null || b === null ? a === b : compareValues(a, b) === 0;
      return same === not;
    };
    return { type: 'bool', run };
  }

  function cases({ operand, otherwise, whens }: Extract<Expression, { is: 'case' }>): Compiled {
    const subject = operand === null ? null : compile(operand);
    const ways = whens.map(({ gives, when }) => {
      const condition = compile(when);
      return {
        when: subject === null ? condition : binary('=', subject, condition),
        gives: compile(gives),
      };
    });
    const rest = otherwise === null ? value(null, 'unknown') : compile(otherwise);
    const results = [...ways.map(({ gives }) => gives), rest];
    const type = results.find((one) => one.type !== 'unknown')?.type ?? 'text';
    return {
      type,
      run(env) {
        const way = ways.find(({ when }) => when.run(env) === true)?.gives ?? rest;
        return castValue(way.run(env), way.type, type);
      },
    };
  }

  function list(inner: Select): Compiled {
    const { columns, run } = query(inner);
    return {
      type: `${columns[0]?.type ?? 'text'}[]`,
      run: (env) => run(env).map((row) => row[0] ?? null),
    };
  }

  function array(items: readonly Compiled[]): Compiled {
    const type = items.find((one) => one.type !== 'unknown')?.type ?? 'text';
    const same = items.map((one) => cast(one, type));
    return { type: `${type}[]`, run: (env) => same.map(({ run }) => run(env)) };
  }

  function ofSets(expression: Expression): Compiled {
    if (expression.is === 'exists') {
      const { run } = query(expression.query);
      return { type: 'bool', run: (env) => run(env).length > 0 };
    }
    if (expression.is === 'subquery') {
      if (expression.array) return list(expression.query);
      const { columns, run } = query(expression.query);
      return { type: columns[0]?.type ?? 'text', run: (env) => run(env)[0]?.[0] ?? null };
    }
    if (expression.is === 'array') return array(expression.items.map(compile));
    if (expression.is === 'in') {
      const values =
        'is' in expression.list ? list(expression.list) : array(expression.list.map(compile));
      const found = overAll('=', compile(expression.of), values, false);
      return expression.not ? unary('not', found) : found;
    }
    if (expression.is === 'any') {
      const { all, left, op, right } = expression;
      const one = compile(left);
      const values = right.is === 'select' ? list(right) : compile(right);
      const typed = values.type === 'unknown' ? cast(values, `${one.type}[]`) : values;
      return overAll(op, one, typed, all);
    }
    throw notCovered('this expression');
  }

  return compile;
}
