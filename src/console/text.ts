import { sanitizeLine } from '../domain/sanitize.ts';
import type { TextEdit } from '../keymap/resolve.ts';
import { confirmStage } from './context.ts';
import type { Core } from './core.ts';
import type { PickCommands } from './pick.ts';
import { type FilterTarget, type Overlay, topOverlay } from './session.ts';
import { edited } from './text-edit.ts';

/** Narrows what is shown as the text is typed. */
export function applyFilter(core: Core, target: FilterTarget, text: string): void {
  core.session.setState((state) => {
    if ('panel' in target) return { filter: { ...state.filter, [target.panel]: text } };
    return state.logs === null ? {} : { logs: { ...state.logs, [target.log]: text } };
  });
}

/** Edits the field of the topmost overlay; a filter works as it is typed. */
export function editText(core: Core, edit: TextEdit, pick: PickCommands): void {
  const session = core.session.getState();
  const top = topOverlay(session);
  switch (top?.kind) {
    case 'filter': {
      const text = edited(top.text, edit);
      core.patch(top.id, { text });
      applyFilter(core, top.target, text);
      break;
    }
    case 'palette':
      core.patch(top.id, { text: edited(top.text, edit), chosen: 0 });
      break;
    case 'text':
      core.patch(top.id, { text: edited(top.text, edit), problem: null });
      break;
    case 'pick':
      pick.type(edit);
      break;
    case 'form':
      if (!top.working) {
        core.patch(top.id, { text: edited(top.text, edit), chosen: 0, problem: null });
      }
      break;
    case 'confirm': {
      if (top.working) break;
      const field = confirmStage(top) === 'reason' ? 'reason' : 'typed';
      core.patch(top.id, { [field]: edited(top[field], edit), problem: null });
    }
  }
}

const fields: ReadonlySet<Overlay['kind']> = new Set(['filter', 'text', 'palette', 'pick', 'form']);

/** Pasted text goes into a field, never into a dialog that confirms, and is never taken for keys. */
export function paste(core: Core, text: string, pick: PickCommands): void {
  const top = topOverlay(core.session.getState());
  if (top !== null && fields.has(top.kind)) {
    // A pasted letter is text, never an entry's own key.
    if (top.kind === 'pick') core.patch(top.id, { typing: true });
    editText(core, { kind: 'insert', text: sanitizeLine(text) }, pick);
  } else if (top?.kind === 'confirm') {
    core.patch(top.id, { problem: 'Pasted text is not taken here: type it' });
  } else {
    core.toast('pasted text is not taken for keys');
  }
}
