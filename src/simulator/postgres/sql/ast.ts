/** Statements that read the catalogue, as far as this evaluator knows SQL. */

export type Expression =
  | {
      readonly is: 'value';
      readonly value: string | number | boolean | null;
      readonly type: string;
    }
  | { readonly is: 'param'; readonly index: number }
  | { readonly is: 'column'; readonly path: readonly string[] }
  | { readonly is: 'call'; readonly call: Call }
  | { readonly is: 'cast'; readonly of: Expression; readonly type: string }
  | {
      readonly is: 'binary';
      readonly op: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly is: 'unary'; readonly op: 'not' | '-' | '+'; readonly of: Expression }
  | {
      readonly is: 'test';
      readonly of: Expression;
      readonly wants: null | boolean;
      readonly not: boolean;
    }
  | {
      readonly is: 'distinct';
      readonly left: Expression;
      readonly right: Expression;
      readonly not: boolean;
    }
  | {
      readonly is: 'in';
      readonly of: Expression;
      readonly list: readonly Expression[] | Select;
      readonly not: boolean;
    }
  | {
      readonly is: 'any';
      readonly op: string;
      readonly left: Expression;
      readonly right: Expression | Select;
      readonly all: boolean;
    }
  | {
      readonly is: 'case';
      readonly operand: Expression | null;
      readonly whens: readonly { readonly when: Expression; readonly gives: Expression }[];
      readonly otherwise: Expression | null;
    }
  | { readonly is: 'exists'; readonly query: Select }
  | { readonly is: 'subquery'; readonly query: Select; readonly array: boolean }
  | { readonly is: 'array'; readonly items: readonly Expression[] };

export interface Call {
  readonly schema: string | null;
  readonly name: string;
  readonly args: readonly Expression[];
  /** `count(*)`. */
  readonly star: boolean;
  readonly distinct: boolean;
  readonly filter: Expression | null;
}

export interface Item {
  /** Null for `*` of all, or of the table that is named. */
  readonly expression: Expression | null;
  readonly table: string | null;
  readonly alias: string | null;
}

export type From =
  | {
      readonly is: 'relation';
      readonly schema: string | null;
      readonly name: string;
      readonly alias: string;
      readonly columns: readonly string[];
    }
  | {
      readonly is: 'function';
      readonly call: Call;
      readonly alias: string;
      readonly columns: readonly string[];
    }
  | {
      readonly is: 'subquery';
      readonly query: Select;
      readonly alias: string;
      readonly columns: readonly string[];
    }
  | {
      readonly is: 'join';
      readonly kind: 'inner' | 'left' | 'right' | 'full';
      readonly left: From;
      readonly right: From;
      readonly on: Expression | null;
      readonly using: readonly string[];
    };

export interface Order {
  readonly by: Expression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface Select {
  readonly is: 'select';
  readonly withs: readonly { readonly name: string; readonly query: Select }[];
  /** False, true, or the expressions of `DISTINCT ON`. */
  readonly distinct: boolean | readonly Expression[];
  readonly items: readonly Item[];
  readonly from: From | null;
  readonly where: Expression | null;
  readonly groupBy: readonly Expression[];
  readonly having: Expression | null;
  readonly orderBy: readonly Order[];
  readonly limit: Expression | null;
  readonly offset: Expression | null;
}
