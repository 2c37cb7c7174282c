import type { Compiled, Env } from './scope.ts';
import { compareValues, type Value } from './values.ts';

interface Aggregate {
  readonly type: (argument: string) => string;
  readonly of: (values: readonly Value[]) => Value;
}

const sum = (values: readonly Value[]): Value =>
  values.length === 0 ? null : values.reduce<number>((total, value) => total + Number(value), 0);

const extreme = (sign: number) => (values: readonly Value[]) =>
  values.reduce<Value>(
    (best, value) => (best === null || (compareValues(value, best) ?? 0) * sign > 0 ? value : best),
    null,
  );

const same = (type: string) => type;

/** Aggregates take the values that are not null. */
const AGGREGATES: Readonly<Record<string, Aggregate>> = {
  count: { type: () => 'int8', of: (values) => values.length },
  sum: {
    type: (argument) => (argument === 'int4' ? 'int8' : argument === 'int8' ? 'numeric' : argument),
    of: sum,
  },
  avg: {
    type: (argument) => (argument === 'float8' ? 'float8' : 'numeric'),
    of: (values) => (values.length === 0 ? null : Number(sum(values)) / values.length),
  },
  min: { type: same, of: extreme(-1) },
  max: { type: same, of: extreme(1) },
  bool_or: {
    type: () => 'bool',
    of: (values) => (values.length === 0 ? null : values.includes(true)),
  },
  bool_and: {
    type: () => 'bool',
    of: (values) => (values.length === 0 ? null : !values.includes(false)),
  },
  array_agg: {
    type: (argument) => `${argument}[]`,
    of: (values) => (values.length === 0 ? null : values),
  },
};

export const isAggregate = (name: string): boolean =>
  Object.hasOwn(AGGREGATES, name) || name === 'string_agg';

/** An aggregate over the rows of a group. */
export function aggregate(
  name: string,
  args: readonly Compiled[],
  how: { readonly distinct: boolean; readonly filter: Compiled | null },
): Compiled {
  const [argument, separator] = args;
  const known = AGGREGATES[name];
  const valuesOf = (env: Env): readonly Value[] => {
    const rows = (env.group ?? []).map((row): Env => ({ row, group: null, outer: env.outer }));
    const kept = how.filter === null ? rows : rows.filter((row) => how.filter?.run(row) === true);
    if (argument === undefined) return kept.map(() => true);
    const values = kept.map((row) => argument.run(row)).filter((value) => value !== null);
    if (!how.distinct) return values;
    return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
  };
  if (known === undefined) {
    const run = (env: Env) => {
      const values = valuesOf(env);
      return values.length === 0 ? null : values.join(String(separator?.run(env) ?? ''));
    };
    return { type: 'text', run };
  }
  return { type: known.type(argument?.type ?? 'bool'), run: (env) => known.of(valuesOf(env)) };
}
