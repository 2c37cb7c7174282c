import { containersTable } from '../../src/console/tables/containers.ts';
import { containers, missingServices } from '../../src/live/selectors.ts';
import { useLive } from '../kit/context.ts';
import {
  containersSummary,
  containersView,
  missingLine,
  missingWords,
} from '../present/containers.ts';
import { text } from '../present/line.ts';
import type { Panel, PanelProps } from './panel.ts';
import { TablePanel } from './table-panel.tsx';

function ContainersPanel(props: PanelProps) {
  const summary = useLive((live) => containersSummary(containers(live)));
  const missing = useLive(missingServices);
  return (
    <TablePanel
      {...props}
      table={containersTable}
      view={containersView}
      title="Containers"
      summary={[text(summary, 'quiet'), ...missingWords(missing)]}
      above={missing.map(missingLine)}
      empty="no container here: is this the right host or project?"
    />
  );
}

/** The containers of the region, those in trouble first. */
export const containersPanel: Panel = {
  View: ContainersPanel,
  wants: (live) => containers(live).length,
};
