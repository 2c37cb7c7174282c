import { regionsTable } from '../../src/console/tables/regions.ts';
import { useSession } from '../kit/context.ts';
import { sized, text } from '../present/line.ts';
import { inColumns } from '../present/list.ts';
import { regionCell, regionsSummary, regionsView } from '../present/regions.ts';
import type { Panel, PanelProps } from './panel.ts';
import { TablePanel, useRows } from './table-panel.tsx';

/** Columns narrower than this cut too much of an alert's name. */
const CELL_WIDTH_MIN = 36;

function regionColumns(width: number): number {
  return Math.max(1, Math.floor(width / CELL_WIDTH_MIN));
}

function RegionsPanel(props: PanelProps) {
  const { width } = props;
  const rows = useRows(regionsTable);
  const selected = useSession((s) => s.selection.regions);
  const columns = regionColumns(width);
  const cells = rows.map((row) => regionCell(row, row.name === selected));
  return (
    <TablePanel
      {...props}
      table={regionsTable}
      view={regionsView}
      title="Regions"
      summary={[text(regionsSummary(rows), 'quiet')]}
      digest={inColumns(cells, columns, Math.floor(width / columns), sized)}
      empty="one region is configured: name more under regions in the configuration"
      failures={false}
    />
  );
}

/** The regions of the configuration: side by side on the overview, one a line when zoomed. */
export const regionsPanel: Panel = {
  View: RegionsPanel,
  wants: (live, width) => Math.ceil(regionsTable.rows(live).length / regionColumns(width)),
};
