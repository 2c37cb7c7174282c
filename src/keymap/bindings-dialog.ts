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

/** Up and down in what the dialog lists, where letters are text. */
const arrows = (scope: Scope): readonly Binding[] => [
  {
    id: 'next',
    keys: ['down'],
    scope,
    title: 'Next entry',
    hint: null,
    command: { type: 'pick-move', step: 1 },
  },
  {
    id: 'previous',
    keys: ['up'],
    scope,
    title: 'Entry before',
    hint: null,
    command: { type: 'pick-move', step: -1 },
  },
];

/** Scrolling where letters are text. */
const scrolling = (scope: Scope): readonly Binding[] =>
  movement(scope, 'text')
    .map((binding) => ({
      ...binding,
      hint: null,
      keys: binding.keys.filter((key) => key !== ' ' && key.length > 1),
    }))
    .filter(({ keys }) => keys.length > 0);

/** Details of a plan may be longer than its dialog. */
const planMoves: readonly Binding[] = movement('dialog:confirm', 'text').map((binding) => ({
  ...binding,
  hint: null,
}));

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
  ...planMoves,
  {
    id: 'confirm-reason',
    keys: ['enter'],
    scope: 'dialog:reason',
    title: 'Take the reason why the limit on changes is passed',
    hint: 'take the reason',
    command: { type: 'confirm-reason' },
  },
  close('dialog:reason', ['escape'], 'leave it'),
  ...scrolling('dialog:reason'),
  {
    id: 'confirm-typed',
    keys: ['enter'],
    scope: 'dialog:typed',
    title: 'Do exactly what the dialog says, once the name stands there',
    hint: 'do it, once the name is typed',
    command: { type: 'confirm-typed' },
  },
  close('dialog:typed', ['escape'], 'leave it'),
  ...scrolling('dialog:typed'),
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
  {
    id: 'submit',
    keys: ['enter'],
    scope: 'dialog:pick',
    title: 'Take what is chosen',
    hint: 'take it',
    command: { type: 'submit' },
  },
  ...arrows('dialog:pick'),
  close('dialog:pick', ['escape'], 'close'),
  {
    id: 'submit',
    keys: ['enter'],
    scope: 'dialog:form',
    title: 'Take the value; after the last one, give them all',
    hint: 'take it',
    command: { type: 'submit' },
  },
  ...arrows('dialog:form'),
  {
    id: 'form-back',
    keys: ['shift+tab'],
    scope: 'dialog:form',
    title: 'The field before',
    hint: 'field before',
    command: { type: 'form-back' },
  },
  close('dialog:form', ['escape'], 'cancel'),
  ...movement('dialog:reader', 'text'),
  close('dialog:reader', ['escape', 'q', 'enter', '?'], 'close'),
  close('dialog:message', ['escape', 'enter', 'q'], 'close'),
  {
    id: 'leave-anyway',
    keys: ['y'],
    scope: 'dialog:leave',
    title: 'Leave; the run stays and can be taken up again',
    hint: ({ fleeting }) => (fleeting ? 'leave' : 'leave, the run stays'),
    command: { type: 'leave' },
  },
  close('dialog:leave', ['escape', 'enter', 'n'], 'stay'),
];
