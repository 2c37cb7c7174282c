import type { StopOutcome } from '../keymap/commands.ts';
import type { Core } from './core.ts';
import { askedRow, type RowOffer } from './offers.ts';
import type { PaletteCommands } from './palette-commands.ts';
import { createPickCommands, type PickCommands } from './pick.ts';
import type { RunCommands } from './run-commands.ts';
import type { RunOpener } from './run-opener.ts';
import { offerItems, runbookItems } from './runbook-list.ts';
import { type Overlay, type PickOverlay, topOverlay } from './session.ts';
import type { TableCommands } from './table-commands.ts';
import { applyFilter } from './text.ts';

/**
 * True for an overlay that decides something: keys typed before it was seen never reach it. What is
 * picked changes nothing by itself, so `R d` may be typed as fast as one likes.
 */
export function isGuarded(overlay: Overlay): boolean {
  if (overlay.kind === 'list') return overlay.purpose !== 'columns';
  return overlay.kind === 'confirm' || overlay.kind === 'leave' || overlay.kind === 'message';
}

/** What the keys of an overlay do. */
export interface Dialogs {
  close(): void;
  submit(): void;
  /** Takes what a confirmation waits for: its key, the typed name, or a reason. */
  confirm(how: 'key' | 'name' | 'reason'): void;
  choose(value: string): void;
  quick(key: string): void;
  openPicker(): void;
  /** Lists what can be done with the chosen row. */
  openOffers(): void;
  readonly pick: PickCommands;
}

function close(core: Core, runs: RunOpener): void {
  const top = topOverlay(core.session.getState());
  if (top?.kind === 'filter') applyFilter(core, top.target, top.before);
  if ((top?.kind === 'confirm' || top?.kind === 'form') && top.working) return;
  core.drop();
  if (top?.kind === 'confirm' || top?.kind === 'message') runs.abandon();
}

interface Parts {
  readonly runs: RunOpener;
  readonly commands: RunCommands;
  readonly table: TableCommands;
  readonly palette: PaletteCommands;
}

function choose(core: Core, { commands, table }: Parts, value: string): void {
  const top = topOverlay(core.session.getState());
  if (top?.kind !== 'list' || (isGuarded(top) && !top.armed)) return;
  if (top.purpose === 'columns') {
    table.toggleColumn(core.session.getState().focus, value);
    return;
  }
  core.drop(top.id);
  switch (top.purpose) {
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

function take({ runs, commands }: Parts, offers: () => readonly RowOffer[]) {
  return ({ purpose }: PickOverlay, value: string) => {
    const offer = offers()[Number(value)];
    if (purpose === 'runbooks') runs.open(value);
    else if (purpose === 'jump') commands.jump(value);
    else if (offer !== undefined) runs.openOffer(offer);
  };
}

function submit(core: Core, { commands, palette }: Parts, pick: PickCommands): void {
  const top = topOverlay(core.session.getState());
  if (top?.kind === 'text') commands.submit(top);
  else if (top?.kind === 'palette') palette.submit();
  else if (top?.kind === 'form') commands.forms.submit();
  else if (top?.kind === 'pick') pick.submit();
  else core.drop();
}

const untyped = { text: '', typing: false, chosen: 0 } as const;

/** Binds the overlays' keys to a dispatcher core. */
export function createDialogs(core: Core, parts: Parts): Dialogs {
  const { commands } = parts;
  let offers: readonly RowOffer[] = [];
  const pick = createPickCommands(
    core,
    take(parts, () => offers),
  );
  return {
    pick,
    close: () => close(core, parts.runs),
    submit: () => submit(core, parts, pick),
    confirm(how) {
      const top = topOverlay(core.session.getState());
      if (top?.kind !== 'confirm') return;
      if (how === 'name') commands.confirmTyped(top);
      else if (how === 'reason') commands.takeReason(top);
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
      core.push({ kind: 'pick', purpose: 'runbooks', title: 'Runbooks', items, ...untyped });
    },
    openOffers() {
      const asked = askedRow(core.ports, core.session.getState());
      if ('reason' in asked) return;
      offers = core.ports.offers?.(asked.row) ?? [];
      if (offers.length === 0) core.toast('no action applies to this row as it stands');
      else {
        const items = offerItems(offers);
        core.push({ kind: 'pick', purpose: 'offers', title: 'Do what?', items, ...untyped });
      }
    },
  };
}
