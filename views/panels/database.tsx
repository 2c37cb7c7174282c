import { databases, databaseTable, namedDatabases } from '../../src/console/tables/database.ts';
import type { LiveState } from '../../src/live/state.ts';
import { useLive } from '../kit/context.ts';
import { blockerLine, databaseDigest, databaseSummary, databaseView } from '../present/database.ts';
import { databaseHead } from '../present/database-head.ts';
import type { Panel, PanelProps } from './panel.ts';
import { TablePanel } from './table-panel.tsx';

/** What the sessions do, and the oldest transaction. */
const LINES = 2;
const NOT_CONFIGURED =
  "no database is configured: name one under postgres in the region's configuration";

function DatabasePanel(props: PanelProps) {
  const { rows, width, zoomed } = props;
  const known = useLive(namedDatabases);
  return (
    <TablePanel
      {...props}
      table={databaseTable}
      view={databaseView}
      title="Database"
      summary={databaseSummary(known)}
      digest={databaseDigest(known, width)}
      above={zoomed ? databaseHead(known, width, rows) : []}
      empty={known.length > 0 ? 'nobody else is connected' : NOT_CONFIGURED}
    />
  );
}

/** One more for who blocks; of several databases a line each. */
function wants(live: LiveState): number {
  const known = databases(live);
  const blockers = known.filter((database) => blockerLine(database) !== null).length;
  return (known.length > 1 ? known.length : LINES) + blockers;
}

/** The database: who is connected, what waits and for whom, what is oldest. */
export const databasePanel: Panel = { View: DatabasePanel, wants };
