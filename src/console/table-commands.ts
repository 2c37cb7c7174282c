import type { PanelId } from '../keymap/commands.ts';
import type { Core } from './core.ts';
import { goTo } from './navigate.ts';
import { entering } from './places.ts';
import { actedRows, chosenRow, shownLive } from './selection.ts';
import type { ListItem, SessionState } from './session.ts';
import { nextSort, pruned, type Sort } from './table.ts';
import { tables } from './tables.ts';

/** What the keys of a list do to how it is shown. */
export interface TableCommands {
  /** Opens the chosen row, or the panel; goes to a region. */
  open(): void;
  /** Opens the chosen row, whatever Enter does with it. */
  details(): void;
  sort(step: 1 | -1): void;
  reverse(): void;
  columns(): void;
  /** Shows a column, or puts it away. */
  toggleColumn(panel: PanelId, column: string): void;
  mark(): void;
  clearMarks(): void;
  copy(): void;
}

/** Rows whose copies go to the clipboard in one go. */
const COPIES_MAX = 200;

function setSort(core: Core, sort: Sort | null): void {
  const { focus } = core.session.getState();
  core.session.setState((state) => ({ sort: { ...state.sort, [focus]: sort } }));
  const title = tables[focus].columns.find(({ id }) => id === sort?.column)?.title;
  const way = sort?.descending === true ? 'largest first' : 'smallest first';
  core.toast(title === undefined ? 'sorted: worst first' : `sorted by ${title}, ${way}`);
}

function columnItems(session: SessionState, panel: PanelId): readonly ListItem[] {
  const hidden = session.hidden[panel];
  return tables[panel].columns.map(({ id, title }) => ({
    value: id,
    label: `${hidden.includes(id) ? '[ ]' : '[x]'} ${title}`,
    detail: '',
    quick: null,
  }));
}

function openChosen(core: Core): void {
  const session = core.session.getState();
  const { focus } = session;
  const chosen = chosenRow(core.ports, session);
  if (chosen !== null && focus === 'regions') goTo(core, chosen.table.id(chosen.row));
  else openDetails(core);
}

function openDetails(core: Core): void {
  const session = core.session.getState();
  const { focus } = session;
  const chosen = chosenRow(core.ports, session);
  if (chosen !== null) {
    const detail = { panel: focus, id: chosen.table.id(chosen.row) };
    core.session.setState(entering(session, { screen: 'detail', detail }));
  } else if (session.screen === 'overview') {
    core.session.setState(entering(session, { screen: 'panel' }));
  }
}

function mark(core: Core): void {
  const session = core.session.getState();
  const { focus } = session;
  const chosen = chosenRow(core.ports, session);
  if (chosen === null) return;
  const id = chosen.table.id(chosen.row);
  const before = pruned(session.marks[focus], chosen.table, shownLive(core.ports, session));
  const after = before.includes(id) ? before.filter((one) => one !== id) : [...before, id];
  core.session.setState({ marks: { ...session.marks, [focus]: after } });
}

function copy(core: Core): void {
  const rows = actedRows(core.ports, core.session.getState()).slice(0, COPIES_MAX);
  const [first] = rows;
  if (first === undefined) return;
  const texts = rows.map(({ table, row }) => table.copy?.(row) ?? table.name(row));
  const { table } = first;
  const words = rows.length > 1 ? `${rows.length} ${table.noun}s` : table.name(first.row);
  core.copy(texts.join('\n'), words);
}

/** Binds the keys of a list to a dispatcher core. */
export function createTableCommands(core: Core): TableCommands {
  const { session } = core;
  return {
    open: () => openChosen(core),
    details: () => openDetails(core),
    sort(step) {
      const { focus, sort } = session.getState();
      setSort(core, nextSort(tables[focus], sort[focus], step));
    },
    reverse() {
      const { focus, sort } = session.getState();
      const now = sort[focus] ?? tables[focus].defaultSort;
      setSort(core, { ...now, descending: !now.descending });
    },
    columns() {
      const state = session.getState();
      const items = columnItems(state, state.focus);
      core.push({ kind: 'list', purpose: 'columns', title: 'Columns', items });
    },
    toggleColumn(panel, column) {
      const { hidden } = session.getState();
      const before = hidden[panel];
      const after = before.includes(column)
        ? before.filter((id) => id !== column)
        : [...before, column];
      session.setState({ hidden: { ...hidden, [panel]: after } });
      const top = session.getState().overlays.at(-1);
      if (top?.kind === 'list')
        core.patch(top.id, { items: columnItems(session.getState(), panel) });
    },
    mark: () => mark(core),
    clearMarks() {
      const { focus, marks } = session.getState();
      session.setState({ marks: { ...marks, [focus]: [] } });
    },
    copy: () => copy(core),
  };
}
