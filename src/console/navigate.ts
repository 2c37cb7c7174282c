import type { Command, PanelId } from '../keymap/commands.ts';
import { runIsOpen, scopesOf } from './context.ts';
import type { Core } from './core.ts';
import { rowIds } from './rows.ts';
import { type SessionState, topOverlay } from './session.ts';

type Move = Extract<Command, { type: 'move' }>;

/** Rows of the frame that no list can use. */
const FRAME_ROWS = 8;

function pageOf(session: SessionState): number {
  return Math.max(1, session.rows - FRAME_ROWS);
}

function shifted(index: number, move: Move, page: number, last: number): number {
  if (move.by === 'edge') return move.direction === 1 ? last : 0;
  const by = move.by === 'page' ? page : 1;
  return Math.min(last, Math.max(0, index + by * move.direction));
}

function moveSelection(core: Core, move: Move): void {
  const session = core.session.getState();
  const { focus } = session;
  const live = session.frozen?.live ?? core.ports.live.getState();
  const ids = rowIds(live, focus, session.filter[focus]);
  if (ids.length === 0) return;
  const chosen = session.selection[focus];
  const index = chosen === null ? -1 : ids.indexOf(chosen);
  const start = index === -1 && move.by === 'line' ? (move.direction === 1 ? -1 : 0) : index;
  const next = ids[shifted(start, move, pageOf(session), ids.length - 1)] ?? null;
  core.session.setState({ selection: { ...session.selection, [focus]: next } });
}

/** Moves the selection of a panel, or scrolls what is being read; `scrollMax` bounds the latter. */
export function move(core: Core, command: Move, scrollMax: number): void {
  const session = core.session.getState();
  const top = topOverlay(session);
  const page = pageOf(session);
  if (top?.kind === 'reader') {
    const from = Math.min(top.scroll, scrollMax);
    core.patch(top.id, { scroll: shifted(from, command, page, scrollMax) });
  } else if (session.screen === 'incident') {
    const from = Math.min(session.incidentScroll, scrollMax);
    core.session.setState({ incidentScroll: shifted(from, command, page, scrollMax) });
  } else {
    moveSelection(core, command);
  }
}

/** A digit chooses a panel; on the zoomed screen it changes the zoom. */
export function focusPanel(core: Core, panel: PanelId): void {
  core.session.setState({ focus: panel });
}

export function openFilter(core: Core): void {
  const { focus, filter } = core.session.getState();
  core.push({ kind: 'filter', panel: focus, text: filter[focus], before: filter[focus] });
}

export function openHelp(core: Core): void {
  const scopes = scopesOf(core.session.getState());
  core.push({ kind: 'reader', content: 'help', scopes, scroll: 0 });
}

/** Stops the panels where they are, or lets them go on. */
export function toggleFreeze(core: Core): void {
  const { frozen } = core.session.getState();
  if (frozen !== null) {
    core.session.setState({ frozen: null });
    return;
  }
  const { live, board, clock } = core.ports;
  core.session.setState({
    frozen: { live: live.getState(), board: board.getState(), at: clock.now() },
  });
}

export function openTimeline(core: Core): void {
  const session = core.session.getState();
  const incident =
    session.run?.state.incident ?? core.ports.board.getState().incidents[0]?.id ?? null;
  if (incident === null) return;
  const cameFrom = session.screen === 'incident' ? session.cameFrom : session.screen;
  core.session.setState({
    screen: 'incident',
    cameFrom,
    incident,
    incidentScroll: Number.MAX_SAFE_INTEGER,
  });
}

/** Leaves the program; the first time it asks if a run is under way. */
export function leave(core: Core): void {
  const session = core.session.getState();
  const top = topOverlay(session);
  if (top?.kind !== 'leave' && runIsOpen(session, core.ports.board.getState())) {
    core.push({
      kind: 'leave',
      text: 'A run is under way. It stays where it is, an action goes on, and you can take it up again.',
    });
    return;
  }
  core.session.setState({ leaving: true });
}

/** Back one level: a filter is cleared first. `left` hears that the wizard was left. */
export function back(core: Core, left: () => void): void {
  const { screen, focus, filter, cameFrom, run } = core.session.getState();
  if ((screen === 'panel' || screen === 'overview') && filter[focus] !== '') {
    core.session.setState({ filter: { ...filter, [focus]: '' } });
  } else if (screen === 'incident') {
    const to = cameFrom === 'wizard' && run === null ? 'overview' : cameFrom;
    core.session.setState({ screen: to, incident: null });
  } else {
    core.session.setState({ screen: 'overview' });
    if (screen === 'wizard') left();
  }
}
