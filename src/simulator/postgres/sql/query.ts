import { isAggregate } from './aggregates.ts';
import type { Expression, From, Order, Select } from './ast.ts';
import { type Catalogue, expressionCompiler, type Query } from './compile.ts';
import { groupsOf, type Line, ordered, unique, windowed } from './rows.ts';
import { type Column, type Compiled, type Env, type Relation, Scope } from './scope.ts';
import { NotCovered, notCovered, SqlError } from './sql-error.ts';
import { castValue, type Value } from './values.ts';

type Withs = ReadonlyMap<string, () => Relation>;
type Row = readonly Value[];

/** The rows of FROM, and what their columns are called. */
interface Source {
  readonly scope: Scope;
  readonly rows: (outer: Env | null) => readonly Row[];
}

interface Output extends Column {
  readonly compiled: Compiled;
  /** Gives a row for each of its values. */
  readonly many: boolean;
}

const MANY = new Set(['unnest', 'generate_series']);
const ROWS_MAX = 100_000;

function hasAggregate(expression: Expression | null): boolean {
  if (expression === null || typeof expression !== 'object') return false;
  if (expression.is === 'call' && isAggregate(expression.call.name)) return true;
  if (expression.is === 'exists' || expression.is === 'subquery') return false;
  return Object.values(expression).some((part) =>
    Array.isArray(part)
      ? part.some((one) =>
          one?.when ? hasAggregate(one.when) || hasAggregate(one.gives) : hasAggregate(one),
        )
      : part !== null && typeof part === 'object' && ('is' in part || 'args' in part)
        ? 'args' in part
          ? part.args.some(hasAggregate)
          : part.is !== 'select' && hasAggregate(part)
        : false,
  );
}

/** The name of a column that nobody named. */
function nameOf(expression: Expression): string {
  if (expression.is === 'column') return expression.path.at(-1) ?? '?column?';
  if (expression.is === 'call') {
    const { name } = expression.call;
    return name === 'date_part_numeric' ? 'extract' : name;
  }
  if (expression.is === 'cast') {
    const inner = nameOf(expression.of);
    return inner === '?column?' ? expression.type : inner;
  }
  if (expression.is === 'case') return 'case';
  if (expression.is === 'exists') return 'exists';
  if (expression.is === 'value' && typeof expression.value === 'boolean') return 'bool';
  return '?column?';
}

/** Compiles queries over a catalogue. */
export function queryCompiler(catalogue: Catalogue) {
  function compile(select: Select, outer: Scope | null, known: Withs): Query {
    const withs = new Map(known);
    for (const { name, query } of select.withs) {
      const inner = compile(query, outer, new Map(withs));
      let done: Relation | null = null;
      withs.set(name, () => {
        if (done === null) {
          done = { columns: inner.columns, rows: inner.run(null) };
          catalogue.keep(done.rows.reduce((sum, row) => sum + bytesOf(row), 0));
        }
        return done;
      });
    }
    const within = (query: Select, around: Scope | null) => compile(query, around, withs);
    const source = sourceOf(select.from, outer, withs, within);
    const { scope } = source;
    const expression = expressionCompiler(catalogue, scope, (inner) => within(inner, scope));
    const outputs = outputsOf(select, scope, expression);
    const where = select.where === null ? null : expression(select.where);
    const grouping = groupingOf(select, outputs, expression);
    const orders = select.orderBy.map((order) => orderOf(order, outputs, expression));
    const keys = Array.isArray(select.distinct)
      ? select.distinct.map((one) => expression(one))
      : null;
    const having = select.having === null ? null : expression(select.having);
    const limit = select.limit === null ? null : expression(select.limit);
    const offset = select.offset === null ? null : expression(select.offset);

    const run = (env: Env | null): readonly Row[] => {
      let envs = source.rows(env).map((row): Env => ({ row, group: null, outer: env }));
      if (where !== null) envs = envs.filter((one) => where.run(one) === true);
      if (grouping !== null) {
        envs = groupsOf(envs, grouping, scope.columns.length, env);
        if (having !== null) envs = envs.filter((one) => having.run(one) === true);
      }
      let lines: readonly Line[] = envs.flatMap((one) => linesOf(outputs, orders, keys, one));
      if (select.distinct === true) lines = unique(lines, (line) => line.cells);
      lines = ordered(lines, orders);
      if (keys !== null) lines = unique(lines, (line) => line.keys);
      const alone: Env = { row: [], group: null, outer: env };
      return windowed(lines, limit?.run(alone) ?? null, offset?.run(alone) ?? null).map(
        ({ cells }) => cells,
      );
    };
    return { columns: outputs.map(({ name, type }) => ({ name, type })), run };
  }

  function sourceOf(
    from: From | null,
    outer: Scope | null,
    withs: Withs,
    within: (query: Select, around: Scope | null) => Query,
  ): Source {
    if (from === null) return { scope: new Scope([], outer), rows: () => [[]] };
    if (from.is === 'join') return joined(from, outer, withs, within);
    if (from.is === 'subquery') {
      const inner = within(from.query, outer);
      const columns = renamed(inner.columns, from.columns);
      return { scope: Scope.of(from.alias, columns, outer), rows: (env) => inner.run(env) };
    }
    const relation =
      from.is === 'relation'
        ? ((from.schema === null ? withs.get(from.name)?.() : null) ??
          catalogue.relation(from.schema, from.name))
        : rowsOf(from.call, outer);
    if (relation === null) {
      const name = from.is === 'relation' ? from.name : from.call.name;
      const { schema } = from.is === 'relation' ? from : from.call;
      const full = schema === null ? name : `${schema}.${name}`;
      const refusal =
        from.is === 'relation'
          ? new SqlError('42P01', `relation "${full}" does not exist`)
          : new SqlError('42883', `function ${full} does not exist`);
      throw new NotCovered(refusal);
    }
    const columns = renamed(
      from.is === 'function' && relation.columns.length === 1
        ? relation.columns.map((column) => ({ ...column, name: from.alias }))
        : relation.columns,
      from.columns,
    );
    return { scope: Scope.of(from.alias, columns, outer), rows: () => relation.rows };
  }

  function rowsOf(call: Extract<From, { is: 'function' }>['call'], outer: Scope | null) {
    const scope = new Scope([], outer);
    const expression = expressionCompiler(catalogue, scope, () => {
      throw notCovered('a query as the argument of a function');
    });
    const args = call.args.map(expression);
    const values = args.map(({ run }) => run({ row: [], group: null, outer: null }));
    if (call.name === 'generate_series') return series(values);
    if (call.name === 'unnest') {
      const [list] = values;
      const type = args[0]?.type.replace('[]', '') ?? 'text';
      const rows = list !== null && typeof list === 'object' ? list.map((one) => [one]) : [];
      return { columns: [{ name: 'unnest', type }], rows };
    }
    return catalogue.rows(call.schema, call.name, values);
  }

  function joined(
    from: Extract<From, { is: 'join' }>,
    outer: Scope | null,
    withs: Withs,
    within: (query: Select, around: Scope | null) => Query,
  ): Source {
    const [left, right] = [from.left, from.right].map((one) => sourceOf(one, outer, withs, within));
    if (left === undefined || right === undefined) throw notCovered('this join');
    const scope = left.scope.join(right.scope);
    const expression = expressionCompiler(catalogue, scope, (inner) => within(inner, scope));
    const on = from.on === null ? null : expression(from.on);
    const pairs = from.using.map((name) => {
      const places = scope.columns.flatMap((column, place) =>
        column.name === name ? [place] : [],
      );
      if (places.length !== 2) throw new SqlError('42703', `column "${name}" does not exist`);
      return places as [number, number];
    });
    const width = left.scope.columns.length;
    const fits = (row: Row, env: Env | null) =>
      pairs.every(([a, b]) => row[a] !== null && row[a] === row[b]) &&
      (on === null || on.run({ row, group: null, outer: env }) === true);
    // A column named by USING is one: that of the right side keeps no name.
    const hidden = new Set(pairs.map(([, b]) => b));
    const columns = scope.columns.map((column, place) =>
      hidden.has(place) ? { ...column, name: '' } : column,
    );
    const rows = (env: Env | null) => {
      const [ours, theirs] = [left.rows(env), right.rows(env)];
      const matched = new Set<Row>();
      const made = ours.flatMap((one) => {
        const both = theirs
          .map((other) => ({ other, row: [...one, ...other] }))
          .filter(({ row }) => fits(row, env));
        for (const { other } of both) matched.add(other);
        const alone = both.length === 0 && (from.kind === 'left' || from.kind === 'full');
        return alone
          ? [[...one, ...empty(scope.columns.length - width)]]
          : both.map(({ row }) => row);
      });
      if (made.length > ROWS_MAX) throw notCovered('so many rows');
      if (from.kind !== 'right' && from.kind !== 'full') return made;
      const rest = theirs.filter((other) => !matched.has(other));
      return [...made, ...rest.map((other) => [...empty(width), ...other])];
    };
    return { scope: new Scope(columns, outer), rows };
  }

  const typed = (columns: readonly Column[]) =>
    columns.map(({ name, type }) => ({ name, type: type === 'unknown' ? 'text' : type }));

  return {
    /** The columns a query gives. */
    columns: (select: Select): readonly Column[] => typed(compile(select, null, new Map()).columns),
    /** Runs it. */
    rows(select: Select): Relation {
      const { columns, run } = compile(select, null, new Map());
      const types = typed(columns);
      const rows = run(null).map((row) =>
        row.map((value, place) =>
          castValue(value, columns[place]?.type ?? 'text', types[place]?.type ?? 'text'),
        ),
      );
      return { columns: types, rows };
    },
  };
}

const CELL_BYTES = 8;
const bytesOf = (row: Row): number =>
  row.reduce<number>((sum, cell) => sum + (typeof cell === 'string' ? cell.length : CELL_BYTES), 0);

const empty = (count: number): Row => Array.from({ length: count }, () => null);

const renamed = (columns: readonly Column[], names: readonly string[]): readonly Column[] =>
  columns.map((column, place) => ({ ...column, name: names[place] ?? column.name }));

function series(values: readonly Value[]): Relation {
  const [from, to, by = 1] = values.map(Number);
  if (from === undefined || to === undefined || by === 0) throw notCovered('this series');
  const count = Math.max(0, Math.floor((to - from) / by) + 1);
  if (!Number.isFinite(count) || count > ROWS_MAX) throw notCovered('a series so long');
  const rows = Array.from({ length: count }, (_, place) => [from + place * by]);
  return { columns: [{ name: 'generate_series', type: 'int4' }], rows };
}

type Compile = (expression: Expression) => Compiled;

function outputsOf(select: Select, scope: Scope, compile: Compile): readonly Output[] {
  return select.items.flatMap(({ alias, expression, table }): readonly Output[] => {
    if (expression === null) {
      const places = scope.places(table).filter((place) => scope.columns[place]?.name !== '');
      return places.map((place) => ({
        name: scope.columns[place]?.name ?? '',
        type: scope.columns[place]?.type ?? 'text',
        compiled: {
          type: scope.columns[place]?.type ?? 'text',
          run: ({ row }) => row[place] ?? null,
        },
        many: false,
      }));
    }
    const name = alias ?? nameOf(expression);
    const [many, of] = manyOf(expression);
    const compiled = compile(of);
    const type = many ? compiled.type.replace('[]', '') : compiled.type;
    return [{ name, type, compiled, many }];
  });
}

/** A list in place of a call that gives rows. */
function manyOf(expression: Expression): readonly [boolean, Expression] {
  if (expression.is !== 'call' || !MANY.has(expression.call.name)) return [false, expression];
  const [list] = expression.call.args;
  if (expression.call.name !== 'unnest' || list === undefined)
    throw notCovered('rows among the columns');
  return [true, list];
}

/** What rows are grouped by; null where they are not. */
function groupingOf(select: Select, outputs: readonly Output[], compile: Compile) {
  const aggregates = select.items.some(({ expression }) => hasAggregate(expression));
  if (select.groupBy.length === 0 && !aggregates && select.having === null) return null;
  const keys = select.groupBy.map((one) => positioned(one, outputs) ?? compile(one));
  return { keys, always: select.groupBy.length === 0 };
}

/** A number or a column's new name stand for an output. */
function positioned(expression: Expression, outputs: readonly Output[]): Compiled | null {
  if (expression.is === 'value' && typeof expression.value === 'number') {
    return outputs[expression.value - 1]?.compiled ?? null;
  }
  return null;
}

function orderOf(
  { by, descending, nullsFirst }: Order,
  outputs: readonly Output[],
  compile: Compile,
) {
  const named =
    by.is === 'column' && by.path.length === 1
      ? outputs.find(({ name }) => name === by.path[0])?.compiled
      : undefined;
  return { by: positioned(by, outputs) ?? named ?? compile(by), descending, nullsFirst };
}

/** The lines of the answer for one row. */
function linesOf(
  outputs: readonly Output[],
  orders: readonly { readonly by: Compiled }[],
  keys: readonly Compiled[] | null,
  env: Env,
): readonly Line[] {
  const order = orders.map(({ by }) => by.run(env));
  const marks = keys?.map(({ run }) => run(env)) ?? [];
  const cells = outputs.map(({ compiled }) => compiled.run(env));
  const many = outputs.findIndex((one) => one.many);
  if (many < 0) return [{ cells, order, keys: marks }];
  const list = cells[many];
  const values = list !== null && typeof list === 'object' ? list : [];
  return values.map((value) => ({ cells: cells.with(many, value), order, keys: marks }));
}
