import { answerFromWorld } from '../catalogue/answer.ts';
import type { Statement, Token } from '../sql/lex.ts';
import type { Reader } from '../sql/reader.ts';
import { NotCovered, SqlError } from '../sql/sql-error.ts';
import type { Backend } from './backend.ts';
import { done, type Outcome, rowsOf } from './outcome.ts';
import type { Cursor } from './transaction.ts';

/** What is kept of a cursor's rows; who fetches further is refused. */
const ROWS_MAX = 1000;
const BYTES_MAX = 4 * 1024 * 1024;
const ROWS_AT_ONCE = 50;

/** The query of a cursor as a statement of its own. */
function within({ text, tokens }: Statement, first: Token): Statement {
  const rest = tokens.slice(tokens.indexOf(first));
  const shift = (one: Token) => ({ ...one, from: one.from - first.from, to: one.to - first.from });
  return { text: text.slice(first.from), tokens: rest.map(shift) };
}

/** `DECLARE name … CURSOR … FOR query`. */
export async function declare(
  backend: Backend,
  reader: Reader,
  statement: Statement,
  parameters?: readonly (string | null)[],
): Promise<Outcome> {
  reader.next();
  const name = reader.name();
  while (!reader.takes('for')) {
    if (reader.atEnd) throw reader.wrong();
    reader.next();
  }
  const first = reader.peek();
  if (!['select', 'values', 'with', '('].includes(first.text)) throw reader.wrong();
  if (backend.status === 'I') {
    throw new SqlError('25P01', 'DECLARE CURSOR can only be used in transaction blocks');
  }
  const { cursors } = backend.transaction;
  if (cursors.has(name)) throw new SqlError('42P03', `cursor "${name}" already exists`);
  const query = within(statement, first);
  cursors.set(name, await rowsFor(backend, query, parameters));
  return done('DECLARE CURSOR');
}

async function rowsFor(
  backend: Backend,
  query: Statement,
  parameters: readonly (string | null)[] | undefined,
): Promise<Cursor> {
  try {
    const outcome = rowsOf(answerFromWorld(backend.asked(), query.tokens, parameters ?? []));
    return { outcome, fetched: 0, whole: true };
  } catch (thrown) {
    if (!(thrown instanceof NotCovered) || backend.tables === null) throw thrown;
  }
  return await fromTables(backend, query, parameters);
}

/** Reads what is kept at once: in the tables' PostgreSQL others have their turn before the next fetch. */
async function fromTables(
  backend: Backend,
  query: Statement,
  parameters: readonly (string | null)[] | undefined,
): Promise<Cursor> {
  const as = (text: string): Statement => ({ text, tokens: query.tokens });
  await backend.ofTables(
    as(`DECLARE simulated NO SCROLL CURSOR FOR ${query.text}`),
    parameters ?? [],
  );
  const rows: Buffer[] = [];
  let bytes = 0;
  let whole = false;
  let description: Buffer | null = null;
  while (!whole && rows.length < ROWS_MAX && bytes < BYTES_MAX) {
    const more = await backend.ofTables(as(`FETCH FORWARD ${ROWS_AT_ONCE} FROM simulated`), []);
    description = more.description;
    rows.push(...more.rows);
    bytes += more.rows.reduce((sum, row) => sum + row.length, 0);
    whole = more.rows.length < ROWS_AT_ONCE;
  }
  await backend.ofTables(as('CLOSE simulated'), []);
  return { outcome: { description, rows, tag: '', notices: [] }, fetched: 0, whole };
}

function find(backend: Backend, name: string): Cursor {
  const cursor = backend.transaction.cursors.get(name);
  if (cursor === undefined) throw new SqlError('34000', `cursor "${name}" does not exist`);
  return cursor;
}

/** `FETCH [NEXT | FORWARD n | ALL | n] [FROM] name`. */
export function fetch(backend: Backend, reader: Reader): Outcome {
  reader.next();
  reader.takes('forward');
  let count = 1;
  if (reader.takes('all')) count = Number.POSITIVE_INFINITY;
  else if (reader.peek().kind === 'number') count = Number(reader.next().text);
  else reader.takes('next');
  if (!reader.takes('from')) reader.takes('in');
  const cursor = find(backend, reader.name());
  const { description, rows } = cursor.outcome;
  const end = Math.min(rows.length, cursor.fetched + count);
  if (end < cursor.fetched + count && !cursor.whole) {
    const words = `the simulated server keeps ${ROWS_MAX} rows of a cursor, ${BYTES_MAX} bytes at most`;
    throw new SqlError('54000', words);
  }
  const fetched = rows.slice(cursor.fetched, end);
  cursor.fetched = end;
  return { description, rows: fetched, tag: `FETCH ${fetched.length}`, notices: [] };
}

export function closeCursor(backend: Backend, reader: Reader): Outcome {
  reader.next();
  if (reader.takes('all')) backend.transaction.cursors.clear();
  else {
    const name = reader.name();
    find(backend, name);
    backend.transaction.cursors.delete(name);
  }
  return done('CLOSE CURSOR');
}
