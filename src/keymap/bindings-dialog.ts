import type { Binding, Scope } from './binding.ts';
import { movement } from './bindings-screen.ts';

const close = (scope: Scope, keys: readonly string[], hint: string): Binding => ({
  id: 'close',
  keys,
  scope,
  title: 'Close this, changing nothing',
  hint,
  command: { type: 'close' },
});

/** The bindings of the overlays. The topmost one alone has the keys. */
export const dialogBindings: readonly Binding[] = [
  {
    id: 'confirm',
    keys: ['y'],
    scope: 'dialog:confirm',
    title: 'Do exactly what the dialog says',
    hint: 'do it',
    command: { type: 'confirm' },
  },
  close('dialog:confirm', ['escape', 'enter'], 'leave it'),
  {
    id: 'confirm-typed',
    keys: ['enter'],
    scope: 'dialog:typed',
    title: 'Do exactly what the dialog says, once the name stands there',
    hint: 'do it, once the name is typed',
    command: { type: 'confirm-typed' },
  },
  close('dialog:typed', ['escape'], 'leave it'),
  {
    id: 'submit',
    keys: ['enter'],
    scope: 'dialog:text',
    title: 'Take the text',
    hint: 'take it',
    command: { type: 'submit' },
  },
  close('dialog:text', ['escape'], 'cancel'),
  close('dialog:list', ['escape', 'q'], 'close'),
  ...movement('dialog:reader', false),
  close('dialog:reader', ['escape', 'q', 'enter', '?'], 'close'),
  close('dialog:message', ['escape', 'enter', 'q'], 'close'),
  {
    id: 'leave-anyway',
    keys: ['y'],
    scope: 'dialog:leave',
    title: 'Leave; the run stays and can be taken up again',
    hint: 'leave, the run stays',
    command: { type: 'leave' },
  },
  close('dialog:leave', ['escape', 'enter', 'n'], 'stay'),
];
