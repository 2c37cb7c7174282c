import { hostTable } from '../../src/console/tables/host.ts';
import { factsOf } from '../../src/live/selectors.ts';
import { useLive } from '../kit/context.ts';
import { hostDigest, hostLines, hostSummary, hostView, hostWants } from '../present/host.ts';
import { text } from '../present/line.ts';
import type { Panel, PanelProps } from './panel.ts';
import { TablePanel, useRows } from './table-panel.tsx';

function HostPanel(props: PanelProps) {
  const facts = useLive((live) => factsOf(live, 'host'));
  const rows = useRows(hostTable);
  const [first] = facts;
  return (
    <TablePanel
      {...props}
      table={hostTable}
      view={hostView}
      title="Host"
      summary={
        first === undefined ? [] : [text(hostSummary(first.value, first.observedAt), 'quiet')]
      }
      digest={facts.flatMap(({ value }) => hostDigest(value, rows, props.width))}
      above={facts.flatMap(({ value }) => hostLines(value))}
      empty="the host is not looked at: set host: true in the region's configuration"
    />
  );
}

/** The host itself: load, memory, and its disks, the fullest first. */
export const hostPanel: Panel = {
  View: HostPanel,
  wants(live) {
    const hosts = factsOf(live, 'host').map(({ value }) => value);
    return hostWants(hosts, hostTable.rows(live));
  },
};
