import { type Command, type PanelId, panelIds } from '../keymap/commands.ts';
import { runIsOpen, scopesOf } from './context.ts';
import type { Core } from './core.ts';
import { overviewPanels } from './overview.ts';
import { entering, leaving } from './places.ts';
import { moveDesk } from './run-desk.ts';
import { panelIdsOf, shownLive } from './selection.ts';
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

/** Where a move starts: at the chosen row, or where it stood before it went. */
function startOf(session: SessionState, ids: readonly string[], move: Move): number {
  const { focus } = session;
  const chosen = session.selection[focus];
  const index = chosen === null ? -1 : ids.indexOf(chosen);
  if (index !== -1) return index;
  const stood = chosen === null ? 0 : Math.min(session.stood[focus], ids.length);
  return move.by === 'line' && move.direction === 1 ? stood - 1 : stood;
}

function moveSelection(core: Core, move: Move): void {
  const session = core.session.getState();
  const { focus } = session;
  const ids = panelIdsOf(core.ports, session, focus);
  if (ids.length === 0) return;
  const place = shifted(startOf(session, ids, move), move, pageOf(session), ids.length - 1);
  core.session.setState({
    selection: { ...session.selection, [focus]: ids[place] ?? null },
    stood: { ...session.stood, [focus]: place },
  });
}

/** Moves the selection of a panel, or scrolls what is being read; `scrollMax` bounds the latter. */
export function move(core: Core, command: Move, scrollMax: number): void {
  const session = core.session.getState();
  const top = topOverlay(session);
  const page = pageOf(session);
  const scrolled = (from: number) => shifted(Math.min(from, scrollMax), command, page, scrollMax);
  if (top?.kind === 'reader' || top?.kind === 'confirm') {
    core.patch(top.id, { scroll: scrolled(top.scroll) });
  } else if (session.screen === 'wizard') {
    moveDesk(core, (from, last) => shifted(from, command, page, last), scrollMax);
  } else if (session.screen === 'incident') {
    core.session.setState({ incidentScroll: scrolled(session.incidentScroll) });
  } else if (session.screen === 'detail') {
    core.session.setState({ detailScroll: scrolled(session.detailScroll) });
  } else moveSelection(core, command);
}

/**
 * A digit chooses a panel; on a zoomed screen it changes the zoom. A panel that has no place on the
 * overview is zoomed at once.
 */
export function focusPanel(core: Core, panel: PanelId): void {
  const session = core.session.getState();
  const live = shownLive(core.ports, session);
  const drawn = overviewPanels(live).includes(panel);
  // One looks where one is first, and goes from there.
  if (panel === 'regions' && session.selection.regions === null) {
    const selection = { ...session.selection, regions: live.region.name };
    core.session.setState({ selection });
  }
  if (session.screen === 'panel' || (session.screen === 'overview' && drawn)) {
    core.session.setState({ focus: panel });
  } else {
    core.session.setState(entering(session, { screen: 'panel', focus: panel }));
  }
}

/** The panel beside this one. */
export function nextPanel(core: Core, step: 1 | -1): void {
  const session = core.session.getState();
  const drawn = overviewPanels(shownLive(core.ports, session));
  const all =
    session.screen === 'overview' ? panelIds.filter((id) => drawn.includes(id)) : panelIds;
  const there = all.filter((id) => !(id === 'pods' || id === 'regions') || drawn.includes(id));
  const at = there.indexOf(session.focus);
  const next = there[(Math.max(0, at) + step + there.length) % there.length];
  if (next !== undefined) core.session.setState({ focus: next });
}

export function openFilter(core: Core): void {
  const { focus, filter } = core.session.getState();
  const text = filter[focus];
  core.push({ kind: 'filter', target: { panel: focus }, text, before: text });
}

export function openHelp(core: Core): void {
  const scopes = scopesOf(core.session.getState(), core.ports);
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

/** To another entry of the record that is replayed. */
export function stepReplay(core: Core, by: 1 | -1): void {
  if (core.ports.replay?.step(by) !== false) return;
  core.toast(by === 1 ? 'the record ends here' : 'the record begins here');
}

export function openTimeline(core: Core): void {
  const session = core.session.getState();
  const incident =
    session.run?.state.incident ?? core.ports.board.getState().incidents[0]?.id ?? null;
  if (incident === null) return;
  core.session.setState({
    ...entering(session, { screen: 'incident' }),
    incident,
    incidentScroll: Number.MAX_SAFE_INTEGER,
  });
}

const STAYS =
  'A run is under way. It stays where it is, an action goes on, and you can take it up again.';
const ENDS = 'A run is under way. This region ends with the screen, and the run with it.';

/** Leaves the program, or a region for another; the first time it asks if a run is under way. */
export function leave(core: Core, to: string | null = null): void {
  const session = core.session.getState();
  const top = topOverlay(session);
  const goesOn = core.ports.replay === undefined && runIsOpen(session, core.ports.board.getState());
  if (top?.kind !== 'leave' && goesOn) {
    core.push({ kind: 'leave', text: core.ports.fleeting !== undefined ? ENDS : STAYS, to });
    return;
  }
  const region = top?.kind === 'leave' ? top.to : to;
  if (region === null) {
    core.session.setState({ leaving: true });
    return;
  }
  if (top?.kind === 'leave') core.drop(top.id);
  core.ports.goTo?.(region);
}

const OVERVIEW = { screen: 'overview', focus: 'containers', detail: null, places: [] } as const;

/** Goes to a region's console; to the overview where one is there already. */
export function goTo(core: Core, region: string): void {
  const { ports, session } = core;
  const here = ports.live.getState().region.name;
  if (region === here) session.setState(OVERVIEW);
  else if (ports.goTo === undefined) core.toast('only this region is open here');
  else leave(core, region);
}

/** Back one level: a filter is cleared first. `left` hears which screen was left. */
export function back(core: Core, left: (screen: SessionState['screen']) => void): void {
  const session = core.session.getState();
  const { screen, focus, filter } = session;
  if ((screen === 'panel' || screen === 'overview') && filter[focus] !== '') {
    core.session.setState({ filter: { ...filter, [focus]: '' } });
    return;
  }
  if (screen === 'overview') return;
  core.session.setState(leaving(session));
  left(screen);
}
