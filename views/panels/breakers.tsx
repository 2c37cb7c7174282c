import { breakerRows } from '../../src/console/rows.ts';
import { panelStatus, sourcesOf } from '../../src/live/selectors.ts';
import { useLive, useSession } from '../kit/context.ts';
import { breakerDetails, breakerLine, breakerNameWidth } from '../present/breakers.ts';
import type { PanelProps } from './panel.ts';
import { PanelFrame } from './panel-frame.tsx';

/** The circuit breakers: the worst instance speaks for each. */
export function BreakersPanel(props: PanelProps) {
  const filter = useSession((s) => s.filter.breakers);
  const selected = useSession((s) => s.selection.breakers);
  const rows = useLive((live) => breakerRows(live, filter));
  const sources = useLive((live) => sourcesOf(live, 'metrics'));
  const chosen = rows.findIndex((row) => row.name === selected);
  const named = breakerNameWidth(rows);
  const lines = rows.map((row) =>
    breakerLine(row, { width: props.width, nameWidth: named, chosen: row.name === selected }),
  );
  const current = rows[chosen];
  return (
    <PanelFrame
      {...props}
      id="breakers"
      title="Breakers"
      summary={[]}
      status={panelStatus(sources)}
      lines={lines}
      chosen={chosen}
      details={current ? breakerDetails(current) : []}
      empty={filter === '' ? 'no breaker is reported by any metrics source' : 'no match'}
    />
  );
}
