import { checksTable } from '../../src/console/tables/checks.ts';
import { useSession } from '../kit/context.ts';
import { checkCell, checksSummary, checksView } from '../present/checks.ts';
import { sized, text } from '../present/line.ts';
import { inColumns } from '../present/list.ts';
import type { Panel, PanelProps } from './panel.ts';
import { TablePanel, useRows } from './table-panel.tsx';

/** Columns narrower than this cut too much of an answer. */
const CELL_WIDTH_MIN = 38;

/** How many checks stand beside each other. */
function checkColumns(width: number): number {
  return Math.max(1, Math.floor(width / CELL_WIDTH_MIN));
}

function ChecksPanel(props: PanelProps) {
  const { width } = props;
  const rows = useRows(checksTable);
  const selected = useSession((s) => s.selection.checks);
  const columns = checkColumns(width);
  const cells = rows.map((row) => checkCell(row, checksTable.id(row) === selected));
  return (
    <TablePanel
      {...props}
      table={checksTable}
      view={checksView}
      title="Checks"
      summary={[text(checksSummary(rows), 'quiet')]}
      digest={inColumns(cells, columns, Math.floor(width / columns), sized)}
      empty="no check is configured: name one under checks or certificates in the region's configuration"
      failures={false}
    />
  );
}

/** The HTTP checks and the certificates: side by side on the overview, one a line when zoomed. */
export const checksPanel: Panel = {
  View: ChecksPanel,
  wants: (live, width) => Math.ceil(checksTable.rows(live).length / checkColumns(width)),
};
