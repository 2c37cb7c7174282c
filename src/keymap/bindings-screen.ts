import type { Binding, KeyContext, Scope } from './binding.ts';
import { type Command, panelIds } from './commands.ts';

const noSuggestion = (context: KeyContext) =>
  context.suggestion
    ? null
    : 'no runbook is recommended: nothing matches what is wrong (R lists all)';
const noRunbooks = (context: KeyContext) =>
  context.runbooks > 0 ? null : 'no runbook is loaded: see opsconsole runbooks lint';
const noIncident = (context: KeyContext) =>
  context.incident ? null : 'no incident is open in this region';
const noRows = (context: KeyContext) => (context.rows > 0 ? null : 'this panel has no rows yet');

const always: readonly Binding[] = [
  {
    id: 'interrupt',
    keys: ['ctrl+c'],
    scope: 'always',
    title: 'Leave from anywhere, when pressed twice; a run stays where it is',
    hint: null,
    command: { type: 'interrupt' },
  },
];

const global: readonly Binding[] = [
  {
    id: 'picker',
    keys: ['R'],
    scope: 'global',
    title: 'Choose a runbook',
    hint: null,
    command: { type: 'picker' },
    disabled: noRunbooks,
  },
  {
    id: 'timeline',
    keys: ['i'],
    scope: 'global',
    title: 'Timeline of the incident',
    hint: 'incident',
    command: { type: 'timeline' },
    disabled: noIncident,
  },
  {
    id: 'help',
    keys: ['?'],
    scope: 'global',
    title: 'The keys of this screen',
    hint: 'help',
    command: { type: 'help' },
  },
];

/** Moving in a list is the same everywhere: hands know it. */
export function movement(scope: Scope, withReason: boolean): readonly Binding[] {
  const move = (
    id: string,
    keys: readonly string[],
    title: string,
    command: Extract<Command, { type: 'move' }>,
  ): Binding => ({
    id,
    keys,
    scope,
    title,
    hint: scope === 'dialog:reader' && id === 'down' ? 'scroll' : null,
    ...(scope === 'dialog:reader' && id === 'down' ? { label: 'j k' } : {}),
    command,
    ...(withReason ? { disabled: noRows } : {}),
  });
  return [
    move('down', ['j', 'down'], 'Next line', { type: 'move', by: 'line', direction: 1 }),
    move('up', ['k', 'up'], 'Line before', { type: 'move', by: 'line', direction: -1 }),
    move('page-down', ['pagedown', ' '], 'A page on', { type: 'move', by: 'page', direction: 1 }),
    move('page-up', ['pageup'], 'A page back', { type: 'move', by: 'page', direction: -1 }),
    move('top', ['g', 'home'], 'First line', { type: 'move', by: 'edge', direction: -1 }),
    move('bottom', ['G', 'end'], 'Last line', { type: 'move', by: 'edge', direction: 1 }),
  ];
}

const digits = (scope: Scope): readonly Binding[] =>
  panelIds.map((panel, index) => ({
    id: `panel-${panel}`,
    keys: [String(index + 1)],
    scope,
    title: `Panel ${index + 1}: ${panel}`,
    hint: index === 0 ? 'panel' : null,
    ...(index === 0 ? { label: `1-${panelIds.length}` } : {}),
    command: { type: 'focus', panel },
  }));

const recommended = (scope: Scope): Binding => ({
  id: 'recommended',
  keys: ['r'],
  scope,
  title: 'Open the recommended runbook, or return to its run',
  hint: 'runbook',
  command: { type: 'recommended' },
  disabled: noSuggestion,
});

const freeze = (scope: Scope): Binding => ({
  id: 'freeze',
  keys: ['z'],
  scope,
  title: 'Freeze the panels, or let them go on',
  hint: 'freeze',
  command: { type: 'freeze' },
});

const filter = (scope: Scope): Binding => ({
  id: 'filter',
  keys: ['/'],
  scope,
  title: 'Show only the rows that contain a text',
  hint: 'filter',
  command: { type: 'filter' },
});

const overview: readonly Binding[] = [
  ...digits('overview'),
  {
    id: 'open',
    keys: ['enter'],
    scope: 'overview',
    title: 'Open the chosen panel on the whole screen',
    hint: 'open',
    command: { type: 'open' },
  },
  filter('overview'),
  recommended('overview'),
  freeze('overview'),
  ...movement('overview', true),
  {
    id: 'leave',
    keys: ['q'],
    scope: 'overview',
    title: 'Leave; asks while a run is under way',
    hint: 'leave',
    command: { type: 'leave' },
  },
  {
    id: 'clear',
    keys: ['escape'],
    scope: 'overview',
    title: 'Clear the filter',
    hint: null,
    command: { type: 'back' },
  },
];

const panel: readonly Binding[] = [
  ...digits('panel'),
  ...movement('panel', true),
  filter('panel'),
  recommended('panel'),
  freeze('panel'),
  {
    id: 'back',
    keys: ['escape', 'q'],
    scope: 'panel',
    title: 'Back to the overview; a filter is cleared first',
    hint: 'back',
    command: { type: 'back' },
  },
];

const incident: readonly Binding[] = [
  ...movement('incident', false),
  {
    id: 'back',
    keys: ['escape', 'q'],
    scope: 'incident',
    title: 'Back to where you came from',
    hint: 'back',
    command: { type: 'back' },
  },
];

/** The bindings of the screens that only look. */
export const screenBindings: readonly Binding[] = [
  ...always,
  ...global,
  ...overview,
  ...panel,
  ...incident,
];
