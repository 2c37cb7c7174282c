import type { Binding, KeyContext, Scope } from './binding.ts';
import { movement, rowKeys, tableKeys } from './bindings-table.ts';
import { digitOf, type PanelId, panelIds } from './commands.ts';

const noSuggestion = (context: KeyContext) =>
  context.suggestion
    ? null
    : 'no runbook is recommended: nothing matches what is wrong (R lists all)';
const STARTING = 'the runbooks are being read: in a moment';
const NONE_LOADED = 'no runbook is loaded: see opsconsole runbooks lint';
const noRunbooks = (context: KeyContext) =>
  context.runbooks > 0 ? null : context.starting ? STARTING : NONE_LOADED;
const noIncident = (context: KeyContext) =>
  context.incident ? null : 'no incident is open in this region';
const noRot = (context: KeyContext) =>
  context.rot > 0 ? null : 'nothing that the runbooks rely on is known to be missing';
const noPods = (context: KeyContext) =>
  context.pods ? null : 'no cluster is configured: there are no pods to show';
const noRegions = (context: KeyContext) =>
  context.regions ? null : 'one region is open: several are shown once they are configured';
const noRow = ({ row }: KeyContext) => (row ? null : 'choose a row first (j)');

const always: readonly Binding[] = [
  {
    id: 'interrupt',
    keys: ['ctrl+c'],
    scope: 'always',
    title: 'Leave from anywhere, when pressed twice; a run stays where it is',
    hint: null,
    command: { type: 'interrupt' },
  },
  {
    id: 'redraw',
    keys: ['ctrl+l'],
    scope: 'always',
    title: 'Draw the whole screen anew',
    hint: null,
    command: { type: 'redraw' },
  },
];

const global: readonly Binding[] = [
  {
    id: 'picker',
    keys: ['R'],
    scope: 'global',
    title: 'Choose a runbook',
    hint: ({ run }) => (run === null ? 'runbooks' : ''),
    command: { type: 'picker' },
    disabled: noRunbooks,
  },
  {
    id: 'palette',
    keys: [':'],
    scope: 'global',
    title: 'Type a command: a panel, a runbook, `logs NAME`, `sort COLUMN`, `filter TEXT`, `q`',
    hint: 'command',
    command: { type: 'palette' },
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
    id: 'rot',
    keys: ['V'],
    scope: 'global',
    title: 'What the runbooks rely on and is not there',
    hint: null,
    command: { type: 'rot' },
    disabled: noRot,
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

const panelDigits = `Panel: ${panelIds.map((panel) => `${digitOf(panel)} ${panel}`).join(', ')}`;

const unless: Partial<Readonly<Record<PanelId, Binding['disabled']>>> = {
  pods: noPods,
  regions: noRegions,
};

const digits = (scope: Scope): readonly Binding[] =>
  panelIds.map((panel, index) => ({
    id: `panel-${panel}`,
    keys: [String(digitOf(panel))],
    scope,
    title: `Panel ${digitOf(panel)}: ${panel}`,
    hint: index === 0 ? 'panel' : null,
    ...(index === 0 ? { label: '1-9', digits: panelDigits } : {}),
    command: { type: 'focus', panel },
    ...(unless[panel] === undefined ? {} : { disabled: unless[panel] }),
  }));

const recommended = (scope: Scope): Binding => ({
  id: 'recommended',
  keys: ['r'],
  scope,
  title: 'Open the recommended runbook, or return to its run',
  hint: ({ suggestion }) => (suggestion ? 'runbook' : ''),
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

/** Tab goes round the panels, for hands that are used to it. */
const panelKeys = (scope: Scope): readonly Binding[] => [
  {
    id: 'next-panel',
    keys: ['tab'],
    scope,
    title: 'Next panel',
    hint: null,
    command: { type: 'next-panel', step: 1 },
  },
  {
    id: 'previous-panel',
    keys: ['shift+tab'],
    scope,
    title: 'Panel before',
    hint: null,
    command: { type: 'next-panel', step: -1 },
  },
];

const filter = (scope: Scope): Binding => ({
  id: 'filter',
  keys: ['/'],
  scope,
  title: 'Show only the rows that match a text or a regular expression; ! before it inverts',
  hint: 'filter',
  command: { type: 'filter' },
});

const overview: readonly Binding[] = [
  ...digits('overview'),
  {
    id: 'open',
    keys: ['enter'],
    scope: 'overview',
    title: 'Open the chosen row, or the panel on the whole screen',
    hint: 'open',
    command: { type: 'open' },
  },
  filter('overview'),
  recommended('overview'),
  ...tableKeys('overview'),
  freeze('overview'),
  ...panelKeys('overview'),
  ...movement('overview', 'rows'),
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
  {
    id: 'open',
    keys: ['enter'],
    scope: 'panel',
    title: 'Everything known of the chosen row; go to the chosen region',
    hint: ({ focus }) => (focus === 'regions' ? 'go there' : 'open'),
    command: { type: 'open' },
    disabled: noRow,
  },
  {
    id: 'details',
    keys: ['d'],
    scope: 'panel',
    title: 'Everything known of the chosen row',
    hint: ({ focus }) => (focus === 'regions' ? 'details' : ''),
    command: { type: 'details' },
    disabled: noRow,
  },
  ...movement('panel', 'rows'),
  filter('panel'),
  ...tableKeys('panel'),
  recommended('panel'),
  ...panelKeys('panel'),
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

const detail: readonly Binding[] = [
  ...digits('detail').map((binding) => ({ ...binding, hint: null })),
  ...movement('detail', 'text'),
  ...rowKeys('detail'),
  recommended('detail'),
  freeze('detail'),
  {
    id: 'back',
    keys: ['escape', 'q'],
    scope: 'detail',
    title: 'Back to where you came from',
    hint: 'back',
    command: { type: 'back' },
  },
];

const incident: readonly Binding[] = [
  ...movement('incident', 'text'),
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
  ...detail,
  ...incident,
];
