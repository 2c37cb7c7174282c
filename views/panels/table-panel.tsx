import { panelKinds } from '../../src/console/overview.ts';
import { pruned, type TableModel, tableRows } from '../../src/console/table.ts';
import { useLive, useSession } from '../kit/context.ts';
import { Lines } from '../kit/lines.tsx';
import { useStanding } from '../kit/status.ts';
import { Table } from '../kit/table.tsx';
import type { TableView } from '../present/columns.ts';
import type { Line } from '../present/line.ts';
import { aged } from '../present/status.ts';
import type { PanelProps } from './panel.ts';
import { PanelShell } from './panel-shell.tsx';

/** The rows of a table as the operator looks at it; a row that has not changed is the same one. */
export function useRows<Row>(table: TableModel<Row>): readonly Row[] {
  const filter = useSession((s) => s.filter[table.panel]);
  const sort = useSession((s) => s.sort[table.panel]);
  return useLive((live) => tableRows(table, live, { filter, sort }));
}

/** How the sources of a panel stand. */
export function usePanelStatus(table: Pick<TableModel<never>, 'panel'>) {
  return useStanding(panelKinds[table.panel]);
}

export interface TablePanelProps<Row> extends PanelProps {
  readonly table: TableModel<Row>;
  readonly view: TableView<Row>;
  readonly title: string;
  /** A few words behind the title, e.g. `6 of 7 up`. */
  readonly summary: Line;
  /** What to do while there is nothing to show. */
  readonly empty: string;
  /** What the overview says instead of rows, for a panel that sums up. */
  readonly digest?: readonly Line[];
  /** Lines over the rows when zoomed. */
  readonly above?: readonly Line[];
  /** False for panels whose rows tell of their own failures. */
  readonly failures?: boolean;
}

/** A panel that lists: the same rows on the overview and on the whole screen. */
export function TablePanel<Row>(props: TablePanelProps<Row>) {
  const { table, view, width, zoomed, digest } = props;
  const { panel } = table;
  const rows = useRows(table);
  const status = usePanelStatus(table as never);
  const filter = useSession((s) => s.filter[panel]);
  const sort = useSession((s) => s.sort[panel]);
  const hidden = useSession((s) => s.hidden[panel]);
  const selected = useSession((s) => s.selection[panel]);
  const chosenMarks = useSession((s) => s.marks[panel]);
  const marks = useLive((live) => pruned(chosenMarks, table as never, live));
  const old = props.failures !== false && (status.status === 'failed' || status.status === 'stale');
  const above = zoomed ? (props.above ?? []) : [];
  const body = (room: number) => {
    if (digest !== undefined && !zoomed) {
      return <Lines lines={old ? aged(digest, status.status) : digest} width={width} rows={room} />;
    }
    const over = Math.min(above.length, Math.max(0, room - 3));
    return (
      <>
        {over > 0 ? <Lines lines={above} width={width} rows={over} /> : null}
        <Table
          table={table}
          view={view}
          rows={rows}
          look={{ filter, sort }}
          hidden={hidden}
          selected={selected}
          marks={marks}
          width={width}
          height={room - over}
          zoomed={zoomed}
          dim={old}
        />
      </>
    );
  };
  const known = rows.length > 0 || (digest !== undefined && !zoomed && digest.length > 0);
  return (
    <PanelShell
      {...props}
      id={panel}
      kinds={panelKinds[panel]}
      status={status}
      empty={filter === '' ? props.empty : `no ${table.noun} matches /${filter}`}
      content={known || above.length > 0 ? body : null}
    />
  );
}
