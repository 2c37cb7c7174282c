import { podsTable } from '../../src/console/tables/pods.ts';
import { text } from '../present/line.ts';
import type { Panel, PanelProps } from './panel.ts';
import { TablePanel } from './table-panel.tsx';

function PodsPanel(props: PanelProps) {
  return (
    <TablePanel
      {...props}
      table={podsTable}
      view={{ columns: [{ id: 'name', min: 10, weight: 1, cell: ({ id }) => [text(id)] }] }}
      title="Pods"
      summary={[]}
      empty="no cluster is configured"
    />
  );
}

/** The place of the pods: it has one on the overview only where a cluster is configured. */
export const podsPanel: Panel = { View: PodsPanel, wants: (live) => podsTable.rows(live).length };
