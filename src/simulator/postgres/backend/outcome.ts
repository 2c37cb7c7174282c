import type { Relation } from '../sql/scope.ts';
import { dataRow, dataRows, rowDescription } from '../wire/messages.ts';

/** What a statement gave, as messages of the protocol. */
export interface Outcome {
  /** Null for a statement that gives no rows. */
  readonly description: Buffer | null;
  readonly rows: readonly Buffer[];
  /** E.g. `SELECT 3`. */
  readonly tag: string;
  readonly notices: readonly Buffer[];
}

export const done = (tag: string): Outcome => ({ description: null, rows: [], tag, notices: [] });

export const rowsOf = (relation: Relation, word = 'SELECT'): Outcome => ({
  description: rowDescription(relation.columns),
  rows: dataRows(relation),
  tag: `${word} ${relation.rows.length}`,
  notices: [],
});

/** One row of one text, as SHOW answers. */
export const oneText = (name: string, value: string, tag: string): Outcome => ({
  description: rowDescription([{ name, type: 'text' }]),
  rows: [dataRow([value])],
  tag,
  notices: [],
});
