import { SqlError } from './sql-error.ts';
import type { Value } from './values.ts';

export interface Column {
  readonly name: string;
  readonly type: string;
}

/** Rows with names and types: a relation, or what a query gives. */
export interface Relation {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Value[])[];
}

/** What an expression is evaluated on. */
export interface Env {
  readonly row: readonly Value[];
  /** The rows of the group, where there are groups. */
  readonly group: readonly (readonly Value[])[] | null;
  readonly outer: Env | null;
}

/** An expression that is ready to run. */
export interface Compiled {
  readonly type: string;
  readonly run: (env: Env) => Value;
}

interface Named extends Column {
  readonly table: string;
}

/** The columns that names within a query can mean; `outer` are those of the query around it. */
export class Scope {
  readonly columns: readonly Named[];
  readonly outer: Scope | null;

  constructor(columns: readonly Named[], outer: Scope | null) {
    this.columns = columns;
    this.outer = outer;
  }

  static of(table: string, columns: readonly Column[], outer: Scope | null): Scope {
    return new Scope(
      columns.map((column) => ({ ...column, table })),
      outer,
    );
  }

  join(other: Scope): Scope {
    return new Scope([...this.columns, ...other.columns], this.outer);
  }

  /** The places of the columns of one table, or of all. */
  places(table: string | null): readonly number[] {
    return this.columns.flatMap((column, place) =>
      table === null || column.table === table ? [place] : [],
    );
  }

  /** @throws SqlError for a name that is unknown, or could be of two */
  find(path: readonly string[]): Compiled {
    const found = this.#search(path);
    if (found !== null) return found;
    const words = path.join('.');
    if (path.length > 1 && !this.#knows(path.at(-2) ?? '')) {
      throw new SqlError('42P01', `missing FROM-clause entry for table "${path.at(-2)}"`);
    }
    throw new SqlError('42703', `column ${path.length > 1 ? words : `"${words}"`} does not exist`);
  }

  #knows(table: string): boolean {
    return (
      this.columns.some((one) => one.table === table) || this.outer?.knowsTable(table) === true
    );
  }

  knowsTable(table: string): boolean {
    return this.#knows(table);
  }

  #search(path: readonly string[]): Compiled | null {
    const name = path.at(-1);
    const table = path.at(-2);
    const places = this.columns.flatMap((column, place) =>
      column.name === name && (table === undefined || column.table === table) ? [place] : [],
    );
    if (places.length > 1) throw new SqlError('42702', `column reference "${name}" is ambiguous`);
    const [place] = places;
    if (place !== undefined) {
      return { type: this.columns[place]?.type ?? 'text', run: ({ row }) => row[place] ?? null };
    }
    const further = this.outer?.search(path) ?? null;
    if (further === null) return null;
    const { run, type } = further;
    return { type, run: ({ outer }) => (outer === null ? null : run(outer)) };
  }

  search(path: readonly string[]): Compiled | null {
    return this.#search(path);
  }
}
