import { containerRows } from '../../src/console/rows.ts';
import { panelStatus, sourcesOf, usageById } from '../../src/live/selectors.ts';
import { useLive, useSession } from '../kit/context.ts';
import {
  containerDetails,
  containerLine,
  containersSummary,
  nameWidth,
  shownNames,
} from '../present/containers.ts';
import { text } from '../present/line.ts';
import type { PanelProps } from './panel.ts';
import { PanelFrame } from './panel-frame.tsx';

/** The containers of the region, those in trouble first. */
export function ContainersPanel(props: PanelProps) {
  const filter = useSession((s) => s.filter.containers);
  const selected = useSession((s) => s.selection.containers);
  const rows = useLive((live) => containerRows(live, filter));
  const usage = useLive(usageById);
  const sources = useLive((live) => [
    ...sourcesOf(live, 'containers'),
    ...sourcesOf(live, 'usage'),
  ]);
  const chosen = rows.findIndex((row) => row.id === selected);
  const names = shownNames(rows);
  const named = nameWidth(names.values(), props.width >= 60 ? 24 : 16);
  const lines = rows.map((row) =>
    containerLine(row, usage.get(row.id), {
      name: names.get(row.id) ?? row.name,
      width: props.width,
      nameWidth: named,
      chosen: row.id === selected,
    }),
  );
  const current = rows[chosen];
  return (
    <PanelFrame
      {...props}
      id="containers"
      title="Containers"
      summary={[text(containersSummary(rows), 'quiet')]}
      status={panelStatus(sources)}
      lines={lines}
      chosen={chosen}
      details={current ? containerDetails(current) : []}
      empty={filter === '' ? 'no container here: is this the right host or project?' : 'no match'}
    />
  );
}
