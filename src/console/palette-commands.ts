import type { Command } from '../keymap/commands.ts';
import type { Core } from './core.ts';
import type { LogScreen } from './log-screen.ts';
import { focusPanel } from './navigate.ts';
import { type PaletteAct, type PaletteEntry, paletteEntries } from './palette.ts';
import { entering } from './places.ts';
import type { RunOpener } from './run-opener.ts';
import { topOverlay } from './session.ts';
import { tables } from './tables.ts';

/** The keys of the palette. */
export interface PaletteCommands {
  open(): void;
  move(step: 1 | -1): void;
  /** Takes the chosen word into the field. */
  complete(): void;
  submit(): void;
}

interface Parts {
  readonly runs: RunOpener;
  readonly logs: LogScreen;
  dispatch(command: Command): void;
}

function zoom(core: Core, act: Extract<PaletteAct, { kind: 'panel' }>): void {
  focusPanel(core, act.panel);
  core.session.setState((state) => entering(state, { screen: 'panel', focus: act.panel }));
}

function carryOut(core: Core, parts: Parts, act: PaletteAct): void {
  const { session } = core;
  const { focus } = session.getState();
  switch (act.kind) {
    case 'command':
      parts.dispatch(act.command);
      break;
    case 'panel':
      zoom(core, act);
      break;
    case 'runbook':
      parts.runs.open(act.id);
      break;
    case 'sort': {
      const column = tables[focus].columns.find(({ id }) => id === act.column);
      const sort = { column: act.column, descending: column?.firstDescending === true };
      session.setState((state) => ({ sort: { ...state.sort, [focus]: sort } }));
      break;
    }
    case 'filter':
      session.setState((state) => ({ filter: { ...state.filter, [focus]: act.text } }));
      break;
    case 'logs':
      parts.logs.open([act.container]);
      break;
    case 'named-logs':
      parts.logs.openNames([act.name]);
  }
}

/** Binds the palette's keys to a dispatcher core. */
export function createPaletteCommands(core: Core, parts: Parts): PaletteCommands {
  const chosen = (): { readonly id: number; readonly entry: PaletteEntry | null } | null => {
    const session = core.session.getState();
    const top = topOverlay(session);
    if (top?.kind !== 'palette') return null;
    const entries = paletteEntries(core.ports, session, top.text);
    return { id: top.id, entry: entries[Math.min(top.chosen, entries.length - 1)] ?? null };
  };
  return {
    open: () => core.push({ kind: 'palette', text: '', chosen: 0 }),
    move(step) {
      const session = core.session.getState();
      const top = topOverlay(session);
      if (top?.kind !== 'palette') return;
      const count = paletteEntries(core.ports, session, top.text).length;
      core.patch(top.id, { chosen: Math.max(0, Math.min(count - 1, top.chosen + step)) });
    },
    complete() {
      const found = chosen();
      if (found?.entry) core.patch(found.id, { text: found.entry.word, chosen: 0 });
    },
    submit() {
      const found = chosen();
      if (found === null) return;
      if (found.entry === null) core.toast('nothing here is called that (Esc leaves)');
      else if (found.entry.reason !== null) core.toast(found.entry.reason);
      else {
        core.drop(found.id);
        carryOut(core, parts, found.entry.act);
      }
    },
  };
}
