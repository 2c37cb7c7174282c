import { breakersTable } from '../../src/console/tables/breakers.ts';
import { breakersSummary, breakersView } from '../present/breakers.ts';
import type { Panel, PanelProps } from './panel.ts';
import { TablePanel, useRows } from './table-panel.tsx';

function BreakersPanel(props: PanelProps) {
  const rows = useRows(breakersTable);
  return (
    <TablePanel
      {...props}
      table={breakersTable}
      view={breakersView}
      title="Breakers"
      summary={breakersSummary(rows)}
      empty="no breaker is reported: well-known metrics are found by themselves, others need a pack"
    />
  );
}

/** The circuit breakers: the worst instance speaks for each. */
export const breakersPanel: Panel = {
  View: BreakersPanel,
  wants: (live) => live.breakers.length,
};
