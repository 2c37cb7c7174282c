import { metricRows } from '../../src/console/rows.ts';
import { panelStatus, sourcesOf } from '../../src/live/selectors.ts';
import { useLive, useSession } from '../kit/context.ts';
import { metricLine, metricNameWidth } from '../present/metrics.ts';
import type { PanelProps } from './panel.ts';
import { PanelFrame } from './panel-frame.tsx';

/** The signals that are numbers, with their recent past. */
export function MetricsPanel(props: PanelProps) {
  const filter = useSession((s) => s.filter.metrics);
  const selected = useSession((s) => s.selection.metrics);
  const keys = useLive((live) => metricRows(live, filter).map(({ key }) => key));
  const readings = useLive((live) => metricRows(live, filter).map(({ reading }) => reading));
  const rows = readings.map((reading, index) => ({ key: keys[index] ?? reading.id, reading }));
  const sources = useLive((live) => sourcesOf(live, 'metrics'));
  const chosen = rows.findIndex((row) => row.key === selected);
  const named = metricNameWidth(rows, props.width >= 60 ? 30 : 12);
  const lines = rows.map((row) =>
    metricLine(row, { width: props.width, nameWidth: named, chosen: row.key === selected }),
  );
  return (
    <PanelFrame
      {...props}
      id="metrics"
      title="Metrics"
      summary={[]}
      status={panelStatus(sources)}
      lines={lines}
      chosen={chosen}
      details={[]}
      empty={filter === '' ? 'no signal: the system pack declares them' : 'no match'}
    />
  );
}
