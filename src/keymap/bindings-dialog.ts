import type { Binding, Scope } from './binding.ts';
import { movement } from './bindings-table.ts';

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
  {
    id: 'submit',
    keys: ['enter'],
    scope: 'dialog:palette',
    title: 'Do what is chosen',
    hint: 'do it',
    command: { type: 'submit' },
  },
  {
    id: 'next',
    keys: ['down'],
    scope: 'dialog:palette',
    title: 'Next entry',
    hint: null,
    command: { type: 'palette-move', step: 1 },
  },
  {
    id: 'previous',
    keys: ['up'],
    scope: 'dialog:palette',
    title: 'Entry before',
    hint: null,
    command: { type: 'palette-move', step: -1 },
  },
  {
    id: 'complete',
    keys: ['tab'],
    scope: 'dialog:palette',
    title: 'Take the chosen word into the field',
    hint: 'complete',
    command: { type: 'palette-complete' },
  },
  close('dialog:palette', ['escape'], 'close'),
  close('dialog:list', ['escape', 'q'], 'close'),
  ...movement('dialog:reader', 'text'),
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
