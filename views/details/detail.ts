import type { TableModel } from '../../src/console/table.ts';
import type { SourceState } from '../../src/domain/source.ts';
import type { History } from '../../src/live/history.ts';
import type { LiveState } from '../../src/live/state.ts';
import type { Line } from '../present/line.ts';

/** What a detail may look at beside its row. */
interface DetailContext {
  readonly live: LiveState;
  readonly history: History;
  /** Columns it has. */
  readonly width: number;
}

/** One row on the whole screen. Charts and ages in its lines go on by themselves. */
export interface Detail<Row> {
  readonly table: TableModel<Row>;
  /** Behind the row's name in the title, e.g. its state. */
  summary(row: Row): Line;
  /** The source this row alone comes from; absent where the panel's sources all feed it. */
  source?(row: Row): SourceState;
  lines(row: Row, context: DetailContext): readonly Line[];
}

export type AnyDetail = Detail<unknown>;
