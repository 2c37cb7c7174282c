import { useMemo } from 'react';
import { type AlertRow, alertsTable } from '../../src/console/tables/alerts.ts';
import { panelStatus, sourcesOf } from '../../src/live/selectors.ts';
import type { Runbook } from '../../src/runbooks/graph.ts';
import { opensOnAlert } from '../../src/runbooks/opens.ts';
import { useLive, useStage } from '../kit/context.ts';
import { alertsSummary, alertsView } from '../present/alerts.ts';
import { text } from '../present/line.ts';
import { failureLines } from '../present/status.ts';
import type { Panel, PanelProps } from './panel.ts';
import { TablePanel, useRows } from './table-panel.tsx';

/** The runbook that opens on an alert, else where its Alertmanager says one is described. */
function runbookFor(runbooks: readonly Runbook[]): (row: AlertRow) => string | null {
  return (row) =>
    runbooks.find((runbook) => opensOnAlert(runbook, row))?.id ?? row.notice?.runbookUrl ?? null;
}

function AlertsPanel(props: PanelProps) {
  const { runbooks } = useStage().ports;
  const view = useMemo(() => alertsView(runbookFor(runbooks)), [runbooks]);
  const rows = useRows(alertsTable);
  const told = panelStatus(useLive((live) => sourcesOf(live, 'notices')));
  return (
    <TablePanel
      {...props}
      table={alertsTable}
      view={view}
      title="Alerts"
      summary={[text(alertsSummary(rows), 'quiet')]}
      above={failureLines(told.source, props.width)}
      empty="nothing is alerting"
    />
  );
}

/** What is alerting, here and at the Alertmanagers, in full: on the overview it has its strip. */
export const alertsPanel: Panel = {
  View: AlertsPanel,
  wants: (live) => alertsTable.rows(live).length,
};
