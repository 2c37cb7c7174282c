import type { StopOutcome } from '../keymap/commands.ts';
import type { Core } from './core.ts';
import type { PaletteCommands } from './palette-commands.ts';
import type { RunCommands } from './run-commands.ts';
import type { RunOpener } from './run-opener.ts';
import { runbookItems } from './runbook-list.ts';
import { type Overlay, topOverlay } from './session.ts';
import type { TableCommands } from './table-commands.ts';
import { applyFilter } from './text.ts';

/**
 * True for an overlay that decides something: keys typed before it was seen never reach it. The
 * picker only opens a runbook, which changes nothing, so `R d` may be typed as fast as one likes.
 */
export function isGuarded(overlay: Overlay): boolean {
  if (overlay.kind === 'list')
    return overlay.purpose !== 'runbooks' && overlay.purpose !== 'columns';
  return overlay.kind === 'confirm' || overlay.kind === 'leave' || overlay.kind === 'message';
}

/** What the keys of an overlay do. */
export interface Dialogs {
  close(): void;
  submit(): void;
  confirm(typed: boolean): void;
  choose(value: string): void;
  quick(key: string): void;
  openPicker(): void;
}

function close(core: Core): void {
  const top = topOverlay(core.session.getState());
  if (top?.kind === 'filter') applyFilter(core, top.target, top.before);
  if (top?.kind === 'confirm' && top.working) return;
  core.drop();
}

interface Parts {
  readonly runs: RunOpener;
  readonly commands: RunCommands;
  readonly table: TableCommands;
  readonly palette: PaletteCommands;
}

function choose(core: Core, { runs, commands, table }: Parts, value: string): void {
  const top = topOverlay(core.session.getState());
  if (top?.kind !== 'list' || (isGuarded(top) && !top.armed)) return;
  if (top.purpose === 'columns') {
    table.toggleColumn(core.session.getState().focus, value);
    return;
  }
  core.drop(top.id);
  switch (top.purpose) {
    case 'runbooks':
      runs.open(value);
      break;
    case 'branches':
      commands.branch(value);
      break;
    case 'stop':
      commands.stop(value as StopOutcome);
      break;
    case 'escalate':
      if (value === 'escalate') commands.escalate();
  }
}

/** Binds the overlays' keys to a dispatcher core. */
export function createDialogs(core: Core, parts: Parts): Dialogs {
  const { commands } = parts;
  return {
    close: () => close(core),
    submit() {
      const top = topOverlay(core.session.getState());
      if (top?.kind === 'text') commands.submit(top);
      else if (top?.kind === 'palette') parts.palette.submit();
      else core.drop();
    },
    confirm(typed) {
      const top = topOverlay(core.session.getState());
      if (top?.kind !== 'confirm') return;
      if (typed) commands.confirmTyped(top);
      else commands.confirm(top);
    },
    choose: (value) => choose(core, parts, value),
    quick(key) {
      const top = topOverlay(core.session.getState());
      if (top?.kind !== 'list') return;
      const item = top.items.find((candidate) => candidate.quick === key);
      if (item) choose(core, parts, item.value);
      else core.toast(`nothing here has the key ${key}`);
    },
    openPicker() {
      const items = runbookItems(core.ports);
      core.push({ kind: 'list', purpose: 'runbooks', title: 'Runbooks', items });
    },
  };
}
