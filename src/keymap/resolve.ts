import type { Binding, KeyContext, Scope } from './binding.ts';
import { bindings } from './bindings.ts';
import type { Command } from './commands.ts';
import { isPrintable } from './keys.ts';

/** What a key means, exactly one of these. */
export type Outcome =
  | { readonly kind: 'command'; readonly command: Command; readonly binding: Binding }
  | { readonly kind: 'disabled'; readonly reason: string; readonly binding: Binding }
  | { readonly kind: 'text'; readonly edit: TextEdit }
  | { readonly kind: 'none' };

export type TextEdit =
  | { readonly kind: 'insert'; readonly text: string }
  | { readonly kind: 'delete' }
  | { readonly kind: 'clear' };

const textScopes: ReadonlySet<Scope> = new Set([
  'dialog:text',
  'dialog:typed',
  'dialog:reason',
  'dialog:palette',
  'dialog:pick',
  'dialog:form',
]);

/** In a list overlay a letter is an entry's quick key, unless the list itself uses it. */
const listKeys: ReadonlySet<string> = new Set([
  'j',
  'k',
  '1',
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  '8',
  '9',
]);

function lookup(): ReadonlyMap<string, Binding> {
  const found = new Map<string, Binding>();
  for (const binding of bindings) {
    for (const key of binding.keys) found.set(`${binding.scope} ${key}`, binding);
  }
  return found;
}
const byScopeAndKey = lookup();

function textEdit(key: string): TextEdit | null {
  if (key === 'backspace' || key === 'delete') return { kind: 'delete' };
  if (key === 'ctrl+u') return { kind: 'clear' };
  return isPrintable(key) ? { kind: 'insert', text: key } : null;
}

/**
 * Decides what a key means in a stack of scopes, innermost first. Pure.
 * @param key as `KeyPress.key`
 */
export function resolve(scopes: readonly Scope[], key: string, context: KeyContext): Outcome {
  for (const scope of scopes) {
    const binding = byScopeAndKey.get(`${scope} ${key}`);
    if (binding) {
      const reason = binding.disabled?.(context) ?? null;
      return reason === null
        ? { kind: 'command', command: binding.command, binding }
        : { kind: 'disabled', reason, binding };
    }
    if (textScopes.has(scope)) {
      const edit = textEdit(key);
      if (edit) return { kind: 'text', edit };
    }
    if (scope === 'dialog:list' && /^[a-z]$/i.test(key) && !listKeys.has(key)) {
      const quick: Binding = {
        id: 'quick',
        keys: [key],
        scope,
        title: 'Take the entry with this key',
        hint: null,
        command: { type: 'quick', key },
      };
      return { kind: 'command', command: quick.command, binding: quick };
    }
  }
  return { kind: 'none' };
}
