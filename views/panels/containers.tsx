import { containersTable } from '../../src/console/tables/containers.ts';
import { containers, missingServices, sourcesOf } from '../../src/live/selectors.ts';
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

const NONE_FOUND = 'no container here: is this the right host or project?';
const NOT_CONFIGURED =
  'no engine is asked for containers: take `docker: false` out of the configuration';

function ContainersPanel(props: PanelProps) {
  const summary = useLive((live) => containersSummary(containersTable.rows(live)));
  const missing = useLive(missingServices);
  const asked = useLive((live) => sourcesOf(live, 'containers').length > 0);
  return (
    <TablePanel
      {...props}
      table={containersTable}
      view={containersView}
      title="Containers"
      summary={[text(summary, 'quiet'), ...missingWords(missing)]}
      above={missing.map(missingLine)}
      empty={asked ? NONE_FOUND : NOT_CONFIGURED}
    />
  );
}

/** The containers of the region, those in trouble first. */
export const containersPanel: Panel = {
  View: ContainersPanel,
  wants: (live) => containers(live).length,
};
