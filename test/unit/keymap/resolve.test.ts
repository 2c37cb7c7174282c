import { describe, expect, test } from 'vitest';
import type { KeyContext, Scope } from '../../../src/keymap/binding.ts';
import { bindings } from '../../../src/keymap/bindings.ts';
import { resolve } from '../../../src/keymap/resolve.ts';

const run: NonNullable<KeyContext['run']> = {
  phase: 'leaf',
  kind: 'do',
  title: 'Restart Redis',
  otherwise: null,
  recommended: true,
  branches: 1,
  steps: 1,
  undoable: false,
  irreversible: null,
  skippable: false,
  inputs: 0,
  missing: 0,
  points: 0,
  unticked: 0,
  message: null,
  output: false,
  handedTo: null,
  holder: null,
  working: null,
};
const context: KeyContext = {
  rows: 3,
  row: true,
  marks: 1,
  logs: null,
  pods: false,
  regions: false,
  focus: 'containers',
  suggestion: true,
  incident: true,
  runbooks: 2,
  offers: null,
  rot: 1,
  replay: null,
  fleeting: false,
  starting: false,
  run,
};
const at = (change: Partial<typeof run>): KeyContext => ({
  ...context,
  run: { ...run, ...change },
});

describe('resolve', () => {
  test.each(
    bindings.flatMap((binding) =>
      binding.keys.map((key) => [binding.scope, key, binding] as const),
    ),
  )('%s %s means its own binding or says why not', (scope, key, binding) => {
    const outcome = resolve([scope, 'always'], key, context);
    expect(['command', 'disabled']).toContain(outcome.kind);
    if (outcome.kind === 'command') expect(outcome.command).toEqual(binding.command);
    if (outcome.kind === 'disabled') expect(outcome.reason).toMatch(/\w{3}/);
  });

  test.each<[Scope, string, string]>([
    ['overview', '1', 'focus'],
    ['overview', 'q', 'leave'],
    ['panel', 'q', 'back'],
    ['wizard', 'enter', 'act'],
    ['wizard', 'S', 'stop'],
    ['dialog:confirm', 'y', 'confirm'],
    ['dialog:confirm', 'enter', 'close'],
    ['dialog:confirm', 'escape', 'close'],
    ['dialog:typed', 'enter', 'confirm-typed'],
    ['dialog:list', 'd', 'quick'],
  ])('%s %s is %s', (scope, key, type) => {
    expect(resolve([scope, 'always'], key, context)).toMatchObject({ command: { type } });
  });

  test('a screen falls through to the global keys, a dialog does not', () => {
    expect(resolve(['wizard', 'global', 'always'], '?', context)).toMatchObject({
      command: { type: 'help' },
    });
    expect(resolve(['dialog:confirm', 'always'], '?', context)).toEqual({ kind: 'none' });
    expect(resolve(['dialog:confirm', 'always'], 'ctrl+c', context)).toMatchObject({
      command: { type: 'interrupt' },
    });
  });

  test('in a field every printable key is text, whatever it means elsewhere', () => {
    for (const key of ['y', 'q', '?', 'R', ' ', 'é', '1']) {
      for (const scope of ['dialog:text', 'dialog:typed'] as const) {
        expect(resolve([scope, 'always'], key, context)).toEqual({
          kind: 'text',
          edit: { kind: 'insert', text: key },
        });
      }
    }
    expect(resolve(['dialog:text'], 'backspace', context)).toEqual({
      kind: 'text',
      edit: { kind: 'delete' },
    });
    expect(resolve(['dialog:text'], 'up', context)).toEqual({ kind: 'none' });
  });

  test('a list keeps the keys it moves with', () => {
    for (const key of ['j', 'k', '1', 'down', 'enter']) {
      expect(resolve(['dialog:list', 'always'], key, context)).toEqual({ kind: 'none' });
    }
  });

  test.each<[string, Partial<typeof run>, string]>([
    ['enter', { phase: 'acting' }, 'outcome is awaited'],
    ['enter', { phase: 'observing' }, 'still being read'],
    ['enter', { phase: 'deciding', kind: 'check', recommended: false }, 'choose a way with o'],
    ['enter', { holder: 'eva (pid 7)' }, 'eva (pid 7) drives this run'],
    ['enter', { working: 'reading the targets' }, 'reading the targets'],
    ['enter', { phase: 'finished' }, 'has ended'],
    ['p', { kind: 'manual' }, 'no action'],
    ['o', { branches: 0 }, 'no other way'],
    ['s', {}, 'is not skipped'],
    ['b', { steps: 0 }, 'first step'],
    ['u', {}, 'nothing to undo'],
    ['c', {}, 'no message'],
    ['v', {}, 'asks for no values'],
    ['L', {}, 'told anything'],
    ['T', {}, 'you drive this run'],
    [' ', {}, 'no checklist'],
    ['3', { branches: 2 }, 'the ways from here end at 2'],
    [
      'enter',
      { phase: 'deciding', kind: 'checklist', points: 3, unticked: 2 },
      '2 of 3 not ticked',
    ],
    ['H', { holder: 'eva (pid 7)', handedTo: 'eva' }, 'T takes it over'],
    ['J', { phase: 'acting' }, 'outcome is awaited'],
    ['1', { phase: 'verifying' }, 'verification is under way'],
  ])('wizard %s with %o is disabled: %s', (key, change, reason) => {
    const outcome = resolve(['wizard', 'global', 'always'], key, at(change));
    expect(outcome).toMatchObject({ kind: 'disabled', reason: expect.stringContaining(reason) });
  });

  test('without a suggestion r says so, without an incident i does', () => {
    const bare = { ...context, suggestion: false, incident: false, runbooks: 0 };
    for (const key of ['r', 'R', 'i']) {
      expect(resolve(['overview', 'global', 'always'], key, bare).kind).toBe('disabled');
    }
  });
});
