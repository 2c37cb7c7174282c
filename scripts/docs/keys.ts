import { DIALOG_ARM_MS } from '../../src/console/core.ts';
import type { Phase } from '../../src/engine/state.ts';
import type { Binding, KeyContext, Scope } from '../../src/keymap/binding.ts';
import { bindings } from '../../src/keymap/bindings.ts';
import { keyLabel } from '../../src/keymap/keys.ts';
import type { GraphNode } from '../../src/runbooks/graph.ts';
import { cell, page, table } from './markdown.ts';

/** Where each scope's keys hold, in the order of the page. */
const scopes: Readonly<Record<Scope, string>> = {
  always: 'Everywhere',
  global: 'On every screen, while no dialog is open',
  replay: 'A replay of an incident, on every screen, before its own keys',
  overview: 'Overview',
  panel: 'One panel on the whole screen',
  detail: 'One row on the whole screen',
  logs: 'Logs',
  wizard: 'Wizard: a run of a runbook',
  incident: 'Timeline of an incident',
  'dialog:confirm': 'Confirmation of a disruptive action',
  'dialog:typed': 'Confirmation of a destructive action',
  'dialog:reason': 'Confirmation of a change beyond the limit on changes',
  'dialog:text': 'A text to type: filter, note, reason',
  'dialog:palette': 'A command to type',
  'dialog:pick': 'A list that typing narrows: runbooks, steps, actions',
  'dialog:form': 'Values to give, one after the other',
  'dialog:list': 'A list to choose from',
  'dialog:reader': 'A text to read: help, evidence, preview, output',
  'dialog:message': 'A message',
  'dialog:leave': 'Leaving while a run is under way',
};

/** What a scope takes beside its bindings. */
const besides: Partial<Readonly<Record<Scope, string>>> = {
  'dialog:typed': 'Characters are typed; `⌫` deletes one, `Ctrl-U` all.',
  'dialog:text': 'Characters are typed or pasted; `⌫` deletes one, `Ctrl-U` all.',
  'dialog:palette':
    'Characters narrow the list: the name of a panel, a runbook or a key’s action, in part or with letters left out.',
  'dialog:reason': 'Characters are typed; `⌫` deletes one, `Ctrl-U` all.',
  'dialog:pick':
    'An entry’s own letter takes it at once, a digit the entry at that place; `j` `k` move. `/`, or any other letter, begins a search: from then on letters are text.',
  'dialog:form':
    'Characters are typed or pasted; what they make is checked as they are typed. Where there are choices they narrow the list.',
  'dialog:list': '`j` `k` and the arrows move, `⏎` or a digit chooses.',
};

const phases: readonly Phase[] = [
  'input',
  'observing',
  'deciding',
  'leaf',
  'acting',
  'unknown',
  'verifying',
  'stuck',
  'finished',
];
const kinds: readonly GraphNode['kind'][] = [
  'check',
  'ask',
  'do',
  'verify',
  'manual',
  'escalate',
  'checklist',
  'notify',
];
const either = [false, true];

type RunContext = NonNullable<KeyContext['run']>;

/** Every standing of a run that a reason may depend on. */
function runs(): readonly RunContext[] {
  const usual = {
    title: 'Restart Redis',
    otherwise: null,
    holder: null,
    working: null,
    handedTo: null,
  } as const;
  const all = phases.flatMap((phase) =>
    kinds.flatMap((kind) =>
      either.flatMap((some) =>
        either.map(
          (acted): RunContext => ({
            ...usual,
            phase,
            kind,
            recommended: some,
            branches: Number(some),
            steps: Number(some),
            irreversible: null,
            undoable: acted,
            skippable: acted,
            inputs: Number(some),
            missing: Number(some),
            points: some ? 3 : 0,
            unticked: some ? 2 : 0,
            message: kind === 'notify' ? 'drafted' : null,
            output: acted,
          }),
        ),
      ),
    ),
  );
  const [any] = all;
  if (any === undefined) return [];
  const held = { ...any, holder: 'another console' };
  const handed = { ...held, handedTo: 'someone else' };
  return [held, handed, { ...any, working: 'what the last key began is under way' }, ...all];
}

/** Every standing of the console that a reason may depend on. */
function contexts(): readonly KeyContext[] {
  const full = {
    rows: 1,
    row: true,
    marks: 1,
    logs: null,
    pods: true,
    regions: true,
    focus: 'containers' as const,
    suggestion: true,
    incident: true,
    runbooks: 1,
    offers: null,
    rot: 1,
    replay: null,
    fleeting: false,
    starting: false,
    run: null,
  };
  const empty = {
    rows: 0,
    row: false,
    marks: 0,
    logs: 'checks have no log of their own: see panel 1',
    pods: false,
    regions: false,
    focus: 'containers' as const,
    suggestion: false,
    incident: false,
    runbooks: 0,
    offers: 'choose a container first (j)',
    rot: 0,
    replay: null,
    fleeting: false,
    starting: false,
    run: null,
  };
  return [empty, full, ...runs().map((run) => ({ ...full, run }))];
}

const everyContext = contexts();

/** The reasons a key may give for doing nothing, each once. */
function reasonsOf({ disabled, scope }: Binding): readonly string[] {
  if (!disabled) return [];
  const possible = everyContext.filter(({ run }) => (scope === 'wizard') === (run !== null));
  const found = possible.map((context) => disabled(context));
  return [...new Set(found)].filter((reason) => reason !== null);
}

/** Reasons that more than half of a scope's keys give: told once, not in every row. */
function sharedReasons(reasons: readonly (readonly string[])[]): ReadonlySet<string> {
  const some = reasons.filter((list) => list.length > 0);
  const often = some.flat().filter((reason, _, all) => {
    const count = all.filter((other) => other === reason).length;
    return count >= 3 && count > some.length / 2;
  });
  return new Set(often);
}

function section(scope: Scope): string {
  const mine = bindings.filter((binding) => binding.scope === scope);
  const reasons = mine.map(reasonsOf);
  const shared = sharedReasons(reasons);
  const rows = mine.map((binding, index) => [
    binding.keys.map((key) => `\`${key === ' ' ? 'Space' : keyLabel(key)}\``).join(' '),
    cell(binding.title),
    cell((reasons[index] ?? []).filter((reason) => !shared.has(reason)).join('; ')),
  ]);
  const head = ['keys', 'what it does', 'says instead, when it cannot'];
  const common = [...shared].map((reason) => `- ${reason}`).join('\n');
  const note = common === '' ? [] : [`Several of these keys may also say:\n\n${common}`];
  const more = besides[scope] ?? [];
  return [`## ${scopes[scope]}`, table(head, rows), ...note].concat(more).join('\n\n');
}

/** docs/keys.md, from the key table that the screen itself works with. */
export function keysPage(): string {
  const about = [
    'The keys, screen by screen. `?` shows those of the screen you are on.',
    `A dialog that decides something takes keys once it has been on the screen for ${DIALOG_ARM_MS} ms;`,
    'what was typed before, and anything pasted, never reaches it.',
  ].join('\n');
  const order = Object.keys(scopes) as Scope[];
  const used = order.filter((scope) => bindings.some((binding) => binding.scope === scope));
  return page('Keys', about, used.map(section));
}
