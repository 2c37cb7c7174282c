import type { Binding, Scope } from './binding.ts';
import { dialogBindings } from './bindings-dialog.ts';
import { logBindings } from './bindings-logs.ts';
import { replayBindings } from './bindings-replay.ts';
import { screenBindings } from './bindings-screen.ts';
import { wizardBindings } from './bindings-wizard.ts';

export type { Binding, Scope } from './binding.ts';

/** Every key binding of the program. */
export const bindings: readonly Binding[] = [
  ...screenBindings,
  ...replayBindings,
  ...logBindings,
  ...wizardBindings,
  ...dialogBindings,
];

/** The bindings of a stack of scopes, innermost first. */
export function bindingsOf(scopes: readonly Scope[]): readonly Binding[] {
  return scopes.flatMap((scope) => bindings.filter((binding) => binding.scope === scope));
}
