import type { TableModel } from '../../src/console/table.ts';
import type { TableView } from '../present/columns.ts';
import { labelled } from '../present/detail.ts';
import type { Detail } from './detail.ts';

/** A detail of every column, for tables that have nothing more to tell. */
export function detailOf<Row>(table: TableModel<Row>, view: TableView<Row>): Detail<Row> {
  return {
    table,
    summary: () => [],
    lines: (row, { width }) =>
      view.columns.map((column) => {
        const title = table.columns.find(({ id }) => id === column.id)?.title ?? column.id;
        return labelled(
          title,
          column.cell(row, { width: width - 20, zoomed: true, chosen: false }),
        );
      }),
  };
}
