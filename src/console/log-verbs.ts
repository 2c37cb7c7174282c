import type { LogVerb } from '../keymap/log-commands.ts';
import type { Core } from './core.ts';
import type { LogDesk } from './log-desk.ts';
import type { LogSession } from './log-session.ts';
import { keysOf, targetOf } from './log-sources.ts';
import { nextLevel, togglePause } from './log-view.ts';
import { nextHit, toggleFollow } from './log-window.ts';

/** Columns that one key scrolls to the side. */
const SIDE_STEP = 20;

/** What the verbs ask of the screen around them. */
export interface VerbParts {
  readonly core: Core;
  readonly desk: LogDesk;
  /** Opens the field of the search. */
  seek(): void;
  /** Opens the logs anew, with these changes. */
  reopen(part: Partial<LogSession>): void;
  /** Leaves the screen. */
  leave(): void;
}

type Verbs<V extends LogVerb> = Readonly<Record<V, () => void>>;

/** The keys that change how the lines are looked at. */
function lookVerbs({
  core,
  desk,
}: VerbParts): Verbs<'filter' | 'level' | 'time' | 'wrap' | 'left' | 'right' | 'follow'> {
  const { change, sight, choose } = desk;
  const view = (next: (view: LogSession['view']) => Partial<LogSession['view']>) => {
    const open = desk.logs();
    if (open !== null) change({ view: { ...open.view, ...next(open.view) } });
  };
  const side = (direction: 1 | -1) => {
    const seen = sight();
    if (seen === null) return;
    const { open, window, found } = seen;
    const index = window.cursor + direction;
    if (open.mode !== 'line') {
      view(({ left }) => ({ left: Math.max(0, left + direction * SIDE_STEP) }));
    } else if (index >= 0 && index < found.entries.length) choose(index);
  };
  return {
    filter() {
      const text = desk.logs()?.filter ?? '';
      core.push({ kind: 'filter', target: { log: 'filter' }, text, before: text });
    },
    level: () => view(({ level }) => ({ level: nextLevel(level) })),
    time: () => view(({ time }) => ({ time: !time })),
    wrap: () => view(({ wrap }) => ({ wrap: !wrap, left: 0 })),
    left: () => side(-1),
    right: () => side(1),
    follow() {
      const seen = sight();
      if (seen === null) return;
      const next = toggleFollow(seen.found, seen.open.view, seen.geometry);
      change({ view: next.follow ? { ...next, paused: null } : next });
    },
  };
}

/** The keys that go to a line, or into it. */
function lineVerbs({
  core,
  desk,
  seek,
}: VerbParts): Verbs<'search' | 'next' | 'before'> & { readonly read: () => void } {
  const { change, sight, choose } = desk;
  const jump = (direction: 1 | -1) => {
    const seen = sight();
    if (seen === null) return;
    const { open, found, window } = seen;
    if (open.search === '') core.toast('nothing is looked for: / begins');
    else if (found.hits.length === 0) core.toast(`no line matches ${open.search}`);
    else choose(nextHit(found, window.cursor, direction));
  };
  return {
    search: seek,
    next: () => jump(1),
    before: () => jump(-1),
    read() {
      const seen = sight();
      if (seen === null || seen.window.cursor < 0) return;
      // While it is read it stays the chosen one, whatever comes.
      choose(seen.window.cursor);
      change({ mode: 'line', scroll: 0 });
    },
  };
}

/** The keys that choose which logs are shown. */
function sourceVerbs({
  core,
  desk,
  reopen,
}: VerbParts): Verbs<'previous' | 'sources'> & { readonly toggle: () => void } {
  const done = (open: LogSession) => {
    const same = [...open.wanted].sort().join() === [...keysOf(open.target)].sort().join();
    if (open.wanted.length === 0) core.toast('no log was chosen: they stay as they were');
    if (same || open.wanted.length === 0) desk.change({ mode: 'lines' });
    else reopen({ mode: 'lines', target: targetOf(open.target, open.wanted) });
  };
  return {
    previous() {
      const open = desk.logs();
      if (open === null) return;
      if (open.target.containers.length > 0) {
        reopen({ target: { ...open.target, previous: !open.target.previous } });
      } else core.toast('only a container has a run before this one');
    },
    sources() {
      const open = desk.logs();
      if (open === null) return;
      if (open.mode === 'sources') return done(open);
      const wanted = keysOf(open.target);
      const choice = wanted[0] ?? desk.sources()[0]?.key ?? null;
      desk.change({ mode: 'sources', wanted, choice });
    },
    toggle() {
      const open = desk.logs();
      if (open === null || open.choice === null) return;
      const { choice, wanted } = open;
      const without = wanted.filter((key) => key !== choice);
      desk.change({ wanted: without.length < wanted.length ? without : [...wanted, choice] });
    },
  };
}

/** What each key of the log screen does; some mean another thing while sources are chosen. */
export function createLogVerbs(parts: VerbParts): Verbs<LogVerb> {
  const { desk, leave } = parts;
  const { read, ...lines } = lineVerbs(parts);
  const { toggle, ...sources } = sourceVerbs(parts);
  return {
    ...lookVerbs(parts),
    ...lines,
    ...sources,
    pause() {
      const open = desk.logs();
      if (open?.mode === 'sources') toggle();
      else if (open !== null && open.book !== null) {
        desk.change({ view: togglePause(open.view, open.book.state.getState()) });
      }
    },
    enter() {
      const mode = desk.logs()?.mode;
      if (mode === 'sources') toggle();
      else if (mode === 'line') desk.change({ mode: 'lines' });
      else read();
    },
    back() {
      const open = desk.logs();
      if (open === null) leave();
      else if (open.mode === 'sources') sources.sources();
      else if (open.mode === 'line') desk.change({ mode: 'lines' });
      else if (open.search !== '') desk.change({ search: '' });
      else if (open.filter !== '') desk.change({ filter: '' });
      else leave();
    },
  };
}
