import type { PanelId } from '../keymap/commands.ts';
import type { LiveState } from '../live/state.ts';
import type { ConsolePorts } from './ports.ts';
import type { SessionState } from './session.ts';
import { type AnyTable, type Look, pruned, rowIds, rowWith, sorted } from './table.ts';
import { tables } from './tables.ts';

/** The facts that are on the screen: frozen ones while the panels are frozen. */
export function shownLive(ports: ConsolePorts, session: SessionState): LiveState {
  return session.frozen?.live ?? ports.live.getState();
}

function lookAt(session: SessionState, panel: PanelId): Look {
  return { filter: session.filter[panel], sort: session.sort[panel] };
}

/** Identities of a panel's rows, in the order they are drawn. */
export function panelIdsOf(
  ports: ConsolePorts,
  session: SessionState,
  panel: PanelId,
): readonly string[] {
  return rowIds(tables[panel], shownLive(ports, session), lookAt(session, panel));
}

/** A row with its table, as the keys of a screen act on it. */
export interface ChosenRow {
  readonly table: AnyTable;
  readonly row: unknown;
}

/** The row of a panel on the whole screen that holds no other: there is nothing to choose from. */
function onlyRow(ports: ConsolePorts, session: SessionState): string | null {
  if (session.screen !== 'panel') return null;
  const [first = null, second] = panelIdsOf(ports, session, session.focus);
  return second === undefined ? first : null;
}

/** The row that is chosen or shown in detail; null when there is none, or it has gone. */
export function chosenRow(ports: ConsolePorts, session: SessionState): ChosenRow | null {
  const { detail, focus } = session;
  const inDetail = session.screen === 'detail' && detail !== null;
  const panel = inDetail ? detail.panel : focus;
  const id = inDetail ? detail.id : (session.selection[focus] ?? onlyRow(ports, session));
  if (id === null) return null;
  const table = tables[panel];
  const row = rowWith(table, shownLive(ports, session), id);
  return row === null ? null : { table, row };
}

/** The rows a key acts on: the marked ones that are still there, else the chosen one. */
export function actedRows(ports: ConsolePorts, session: SessionState): readonly ChosenRow[] {
  const table = tables[session.focus];
  const live = shownLive(ports, session);
  const marks = new Set(pruned(session.marks[session.focus], table, live));
  if (session.screen !== 'detail' && marks.size > 0) {
    const marked = table.rows(live).filter((row) => marks.has(table.id(row)));
    return sorted(table, marked, session.sort[session.focus]).map((row) => ({ table, row }));
  }
  const one = chosenRow(ports, session);
  return one === null ? [] : [one];
}

/** Containers whose logs the keys of this screen open, or why there are none. */
export function logTargets(
  ports: ConsolePorts,
  session: SessionState,
): { readonly ids: readonly string[] } | { readonly reason: string } {
  if (ports.replay !== undefined) return { reason: 'a replay has no logs: none were recorded' };
  const { table } = chosenRow(ports, session) ?? { table: tables[session.focus] };
  if (table.logs === undefined)
    return { reason: `${table.noun}s have no log of their own: see panel 1` };
  const ids = actedRows(ports, session).flatMap(({ row }) => table.logs?.(row) ?? []);
  if (ids.length > 0) return { ids };
  const gone = session.screen === 'detail';
  return {
    reason: gone
      ? `this ${table.noun} is gone, its log with it`
      : `choose a ${table.noun} first (j)`,
  };
}
