import { shownBook } from '../../src/console/log-session.ts';
import type { ConsolePorts } from '../../src/console/ports.ts';
import { chosenRow, panelIdsOf, shownLive } from '../../src/console/selection.ts';
import { type Overlay, type SessionState, topOverlay } from '../../src/console/session.ts';
import { rowWith } from '../../src/console/table.ts';
import { digitOf } from '../../src/keymap/commands.ts';
import { details } from '../details/registry.ts';
import { wizardLines, wizardTitle } from '../present/wizard.ts';
import { overlayWords } from './overlays.ts';
import { linesWords, lineWords, panelWords, rowWords } from './words.ts';

/** Words are not wrapped for the ear. */
const WIDTH = 200;
const ROWS = 200;

function choiceWords(ports: ConsolePorts, session: SessionState): readonly string[] {
  const chosen = chosenRow(ports, session);
  if (chosen === null) return [];
  const ids = panelIdsOf(ports, session, session.focus);
  const id = chosen.table.id(chosen.row);
  const marked = session.marks[session.focus].includes(id) ? ', marked' : '';
  const place = `row ${ids.indexOf(id) + 1} of ${ids.length}${marked}`;
  return [`${rowWords(chosen, ports.clock.now())}, ${place}`];
}

function detailWords(ports: ConsolePorts, session: SessionState): readonly string[] {
  const { detail } = session;
  if (detail === null) return [];
  const { table, summary, lines } = details[detail.panel];
  const live = shownLive(ports, session);
  const row = rowWith(table, live, detail.id);
  if (row === null) return [`this ${table.noun} is gone`];
  const now = ports.clock.now();
  return [
    `${table.noun} ${table.name(row)}: ${lineWords(summary(row), now)}`,
    ...linesWords(lines(row, { live, history: ports.history, width: WIDTH }), now),
  ];
}

function wizardWords(ports: ConsolePorts, { run }: SessionState): readonly string[] {
  if (run === null) return [];
  const now = ports.clock.now();
  const title = lineWords(wizardTitle(run, WIDTH), now);
  return [title, ...linesWords(wizardLines(run, WIDTH, ROWS), now)];
}

/** The chosen line of the logs, or the last one there is. */
function logWords({ logs }: SessionState): readonly string[] {
  if (logs === null) return [];
  const { entries } = shownBook(logs);
  const { cursor } = logs.view;
  const entry = cursor === null ? entries.at(-1) : entries.find(({ id }) => id === cursor.id);
  if (entry === undefined) return [];
  return [`${entry.feed}: ${entry.level ?? ''} ${entry.line.message}`];
}

/** What the open screen says in full, when it is entered or what it shows has moved on. */
function screenWords(ports: ConsolePorts, session: SessionState): readonly string[] {
  switch (session.screen) {
    case 'overview':
    case 'panel': {
      const { focus, filter } = session;
      const live = shownLive(ports, session);
      return [panelWords(live, focus, digitOf(focus), filter[focus])];
    }
    case 'detail':
      return detailWords(ports, session);
    case 'wizard':
      return wizardWords(ports, session);
    case 'incident':
      return ports.timeline(session.incident ?? '').map(({ text }) => text);
    case 'logs':
      return ['logs: j and k read line by line, Esc goes back', ...logWords(session)];
  }
}

function hasMoved(before: SessionState, now: SessionState): boolean {
  const run = now.screen === 'wizard' && before.run !== now.run;
  return (
    run ||
    before.screen !== now.screen ||
    before.focus !== now.focus ||
    before.detail !== now.detail ||
    before.filter !== now.filter
  );
}

const typed: ReadonlySet<Overlay['kind']> = new Set(['filter', 'palette', 'text', 'pick', 'form']);

/** What a key has changed, in words. */
export function sessionChanges(
  before: SessionState,
  now: SessionState,
  ports: ConsolePorts,
): readonly string[] {
  const top = topOverlay(now);
  const typing = top !== null && typed.has(top.kind);
  const overlay = top === null || top === topOverlay(before) ? [] : overlayWords(top, ports, now);
  const closed = top === null && topOverlay(before) !== null;
  const screen = hasMoved(before, now) || closed ? screenWords(ports, now) : [];
  const chosen = before.selection !== now.selection || before.marks !== now.marks;
  const line = now.screen === 'logs' && before.logs?.view.cursor !== now.logs?.view.cursor;
  const toast = now.toast !== null && now.toast !== before.toast ? [now.toast.text] : [];
  const frozen =
    (before.frozen === null) === (now.frozen === null)
      ? []
      : [now.frozen === null ? 'the panels go on' : 'the panels are frozen'];
  return [
    ...(typing ? [] : screen),
    ...(chosen ? choiceWords(ports, now) : []),
    ...(line ? logWords(now) : []),
    ...overlay,
    ...frozen,
    ...toast,
  ];
}
