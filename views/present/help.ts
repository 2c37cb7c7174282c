import type { Binding, KeyContext, Scope } from '../../src/keymap/binding.ts';
import { bindingsOf } from '../../src/keymap/bindings.ts';
import { labelOf } from './hints.ts';
import { type Line, text, wrap } from './line.ts';
import { gap } from './prose.ts';

const titles: Readonly<Record<Scope, string>> = {
  always: 'Always',
  global: 'On every screen',
  replay: 'Replay',
  overview: 'Overview',
  panel: 'Panel',
  detail: 'Detail',
  logs: 'Logs',
  wizard: 'Runbook',
  incident: 'Timeline',
  'dialog:confirm': 'Dialog',
  'dialog:typed': 'Dialog',
  'dialog:reason': 'Dialog',
  'dialog:text': 'Text',
  'dialog:palette': 'Command',
  'dialog:list': 'List',
  'dialog:pick': 'List',
  'dialog:form': 'Values',
  'dialog:reader': 'Reading',
  'dialog:message': 'Message',
  'dialog:leave': 'Leaving',
};

const KEYS_WIDTH = 14;

function bindingLines(
  binding: Binding,
  context: KeyContext,
  width: number,
  unicode: boolean,
): readonly Line[] {
  const keys =
    binding.digits === undefined
      ? binding.keys.map((key) => labelOf(key, unicode)).join(' ')
      : (binding.label ?? '');
  const reason = binding.disabled?.(context) ?? null;
  const words = wrap(binding.digits ?? binding.title, width - KEYS_WIDTH - 4);
  const lines: Line[] = words.map((part, index) => [
    text(
      `   ${(index === 0 ? keys : '').padEnd(KEYS_WIDTH)} `,
      reason === null ? 'accent' : 'quiet',
    ),
    text(part, reason === null ? 'plain' : 'quiet'),
  ]);
  if (reason !== null) {
    for (const part of wrap(`not now: ${reason}`, width - KEYS_WIDTH - 4)) {
      lines.push([text(' '.repeat(KEYS_WIDTH + 4)), text(part, 'quiet')]);
    }
  }
  return lines;
}

/** The bindings without the digits that another one tells of. */
function told(bindings: readonly Binding[]): readonly Binding[] {
  const begun = new Set(
    bindings.flatMap(({ digits, command }) => (digits === undefined ? [] : [command.type])),
  );
  return bindings.filter(
    ({ digits, command, keys }) =>
      digits !== undefined || !begun.has(command.type) || !/^\d$/.test(keys[0] ?? ''),
  );
}

/** Every key that holds here, from the key table, with the reason where one cannot be used now. */
export function helpLines(
  scopes: readonly Scope[],
  context: KeyContext,
  width: number,
  unicode: boolean,
): readonly Line[] {
  return scopes.flatMap((scope) => {
    const found = told(bindingsOf([scope]));
    if (found.length === 0) return [];
    const lines = found.flatMap((binding) => bindingLines(binding, context, width, unicode));
    return [[text(` ${titles[scope]}`, 'strong')], ...lines, gap];
  });
}
