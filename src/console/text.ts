import { sanitizeLine } from '../domain/sanitize.ts';
import type { TextEdit } from '../keymap/resolve.ts';
import type { Core } from './core.ts';
import { type FilterTarget, topOverlay } from './session.ts';

/** The longest text a field takes. */
const TEXT_LENGTH_MAX = 500;

function edited(text: string, edit: TextEdit): string {
  switch (edit.kind) {
    case 'insert':
      return (text + edit.text).slice(0, TEXT_LENGTH_MAX);
    case 'delete':
      return [...text].slice(0, -1).join('');
    case 'clear':
      return '';
  }
}

/** Narrows what is shown as the text is typed. */
export function applyFilter(core: Core, target: FilterTarget, text: string): void {
  core.session.setState((state) => {
    if ('panel' in target) return { filter: { ...state.filter, [target.panel]: text } };
    return state.logs === null ? {} : { logs: { ...state.logs, [target.log]: text } };
  });
}

/** Edits the field of the topmost overlay; a filter works as it is typed. */
export function editText(core: Core, edit: TextEdit): void {
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
    case 'confirm':
      if (!top.working) core.patch(top.id, { typed: edited(top.typed, edit), problem: null });
      break;
  }
}

/** Pasted text goes into a field, never into a dialog that confirms, and is never taken for keys. */
export function paste(core: Core, text: string): void {
  const top = topOverlay(core.session.getState());
  if (top?.kind === 'filter' || top?.kind === 'text' || top?.kind === 'palette') {
    editText(core, { kind: 'insert', text: sanitizeLine(text) });
  } else if (top?.kind === 'confirm') {
    core.patch(top.id, { problem: 'Pasted text is not taken here: type it' });
  } else {
    core.toast('pasted text is not taken for keys');
  }
}
