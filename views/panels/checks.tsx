import { checkName, checkRows } from '../../src/console/rows.ts';
import { panelStatus, sourcesOf } from '../../src/live/selectors.ts';
import { useLive, useSession } from '../kit/context.ts';
import { checkCell, checkDetails, checksSummary } from '../present/checks.ts';
import { type Line, sized, text } from '../present/line.ts';
import { inColumns } from '../present/list.ts';
import type { PanelProps } from './panel.ts';
import { PanelFrame } from './panel-frame.tsx';

/** Columns narrower than this cut too much of an answer. */
const CELL_WIDTH_MIN = 38;

/** How many checks stand beside each other. */
export function checkColumns(width: number): number {
  return Math.max(1, Math.floor(width / CELL_WIDTH_MIN));
}

/** The HTTP checks: side by side on the overview, one a line when zoomed. */
export function ChecksPanel(props: PanelProps) {
  const { width, zoomed } = props;
  const filter = useSession((s) => s.filter.checks);
  const selected = useSession((s) => s.selection.checks);
  const names = useLive((live) => checkRows(live, filter).map(({ source }) => source));
  const facts = useLive((live) => checkRows(live, filter).map(({ check }) => check));
  const rows = names.map((source, index) => ({ source, check: facts[index] ?? null }));
  const sources = useLive((live) => sourcesOf(live, 'check'));
  const columns = zoomed ? 1 : checkColumns(width);
  const chosen = rows.findIndex(({ source }) => source.name === selected);
  const cells: Line[] = rows.map((row) => checkCell(row, row.source.name === selected));
  const lines = inColumns(cells, columns, Math.floor(width / columns), sized);
  const current = rows[chosen];
  return (
    <PanelFrame
      {...props}
      id="checks"
      title="Checks"
      summary={[text(checksSummary(rows), 'quiet')]}
      status={panelStatus(sources)}
      lines={lines}
      chosen={chosen < 0 ? -1 : Math.floor(chosen / columns)}
      details={
        current ? [[text(`   ${checkName(current)}`, 'strong')], ...checkDetails(current)] : []
      }
      empty={filter === '' ? 'no check is configured' : 'no match'}
      failures={false}
    />
  );
}
