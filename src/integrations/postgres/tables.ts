import { didYouMean } from '../../domain/nearest.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { Answer, PostgresClient } from './client.ts';

const NAMES_MAX = 1000;
const LISTED_MAX = 8;

/** The types a row's age can be told by. */
const TIME_TYPES: Readonly<Record<string, string>> = {
  '1082': 'date',
  '1114': 'timestamp without time zone',
  '1184': 'timestamp with time zone',
};

/** A table as the catalogue names it. */
export interface Table {
  readonly oid: string;
  /** `schema.name`, safe to show. */
  readonly name: string;
  /** As it stands in a statement, quoted by the server itself where it must be. */
  readonly sql: string;
  /** The planner's estimate of its rows; null before it was ever analysed. */
  readonly estimatedRows: number | null;
  readonly mayRead: boolean;
  readonly mayDelete: boolean;
}

export interface TimeColumn {
  readonly name: string;
  readonly sql: string;
  /** A fixed name, safe in a statement. */
  readonly type: string;
}

const TABLE = `SELECT c.oid::text, n.nspname || '.' || c.relname,
  quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.reltuples::bigint::text,
  has_table_privilege(c.oid, 'SELECT')::text, has_table_privilege(c.oid, 'DELETE')::text
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_(catalog|toast|temp)'
  AND n.nspname <> 'information_schema'
  AND (c.relname = $1::text OR n.nspname || '.' || c.relname = $1::text)
ORDER BY 2 LIMIT ${LISTED_MAX}`;

const TABLE_NAMES = `SELECT n.nspname, c.relname
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_(catalog|toast|temp)'
  AND n.nspname <> 'information_schema' ORDER BY c.oid DESC LIMIT ${NAMES_MAX}`;

const COLUMNS = `SELECT attname, quote_ident(attname), atttypid::text,
  format_type(atttypid, atttypmod)
FROM pg_catalog.pg_attribute WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped`;

const CASCADES = `SELECT DISTINCT n.nspname || '.' || c.relname
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE k.confrelid = $1::oid AND k.contype = 'f' AND k.confdeltype = 'c' LIMIT ${LISTED_MAX}`;

const cells = ({ rows }: Answer) => rows.map((row) => row.map((cell) => cell ?? ''));

async function unknownTable(client: PostgresClient, name: string, signal: AbortSignal) {
  const rows = cells(await client.ask(TABLE_NAMES, [], signal));
  const names = rows.map(([schema = '', table = '']) =>
    sanitizeLine(schema === 'public' ? table : `${schema}.${table}`),
  );
  const listed = names.slice(0, LISTED_MAX).join(', ');
  const otherwise = names.length === 0 ? 'this database has no tables' : `there are ${listed}`;
  const message = `there is no table ${sanitizeLine(name)} in this database`;
  return new OperatorError('missing', message, didYouMean(name, names, otherwise));
}

/**
 * The table of this name, with or without its schema.
 * @throws OperatorError('missing') naming the nearest tables, or the schemas in question
 */
export async function findTable(
  client: PostgresClient,
  name: string,
  signal: AbortSignal,
): Promise<Table> {
  const found = cells(await client.ask(TABLE, [name], signal));
  const [row] = found;
  if (row === undefined) throw await unknownTable(client, name, signal);
  const exact = found.find(([, full]) => full === name);
  if (found.length > 1 && exact === undefined) {
    const names = found.map(([, full = '']) => sanitizeLine(full)).join(', ');
    const message = `several schemas have a table ${sanitizeLine(name)}`;
    throw new OperatorError('missing', message, `name one of ${names}`);
  }
  const [oid = '', full = '', sql = '', tuples = '', mayRead, mayDelete] = exact ?? row;
  const estimate = Number(tuples);
  return {
    oid,
    name: sanitizeLine(full),
    sql,
    estimatedRows: estimate >= 0 ? estimate : null,
    mayRead: mayRead === 'true',
    mayDelete: mayDelete === 'true',
  };
}

/**
 * The column of this name, if a row's age can be told by it.
 * @throws OperatorError('missing') naming the columns that would do
 */
export async function findTimeColumn(
  client: PostgresClient,
  table: Table,
  name: string,
  signal: AbortSignal,
): Promise<TimeColumn> {
  const columns = cells(await client.ask(COLUMNS, [table.oid], signal));
  const usable = columns.filter(([, , type = '']) => type in TIME_TYPES);
  const found = columns.find(([column]) => column === name);
  const names = usable.map(([column = '']) => sanitizeLine(column));
  const mend = didYouMean(
    name,
    names,
    names.length === 0 ? 'it has no column with a time' : `its times are ${names.join(', ')}`,
  );
  const shown = sanitizeLine(name);
  if (found === undefined) {
    throw new OperatorError('missing', `table ${table.name} has no column ${shown}`, mend);
  }
  const [, sql = '', typeId = '', typeName = ''] = found;
  const type = TIME_TYPES[typeId];
  if (type === undefined) {
    const message = `column ${shown} of ${table.name} is no time: it is ${sanitizeLine(typeName)}`;
    throw new OperatorError('missing', message, mend);
  }
  return { name: shown, sql, type };
}

/** Tables whose rows go with the rows they refer to. */
export async function cascadesOf(
  client: PostgresClient,
  table: Table,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const rows = cells(await client.ask(CASCADES, [table.oid], signal));
  return rows.map(([name = '']) => sanitizeLine(name));
}
