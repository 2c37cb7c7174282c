import type { Binding, KeyContext } from '../../src/keymap/binding.ts';
import { keyLabel } from '../../src/keymap/keys.ts';
import { type Line, lineWidth, type Span, text } from './line.ts';

/** How a key is written where the terminal has no signs for it. */
export function labelOf(key: string, unicode: boolean): string {
  if (key === ' ') return 'Space';
  if (!unicode && key === 'enter') return 'Enter';
  return keyLabel(key);
}

/** Keys that are always in the hint bar: the way out, and the way to all the others. */
const lasting: ReadonlySet<string> = new Set(['help', 'back', 'close', 'leave']);

/**
 * The hint bar: the keys that are worth knowing here, as many as fit, those that can be used now
 * before the others.
 */
export function hintLine(
  bindings: readonly Binding[],
  context: KeyContext,
  width: number,
  unicode: boolean,
): Line {
  const hintOf = ({ hint }: Binding) => (typeof hint === 'function' ? hint(context) : (hint ?? ''));
  const shown = bindings.filter((binding) => hintOf(binding) !== '');
  const off = (binding: Binding) => (binding.disabled?.(context) ?? null) !== null;
  const words = (binding: Binding): readonly Span[] => {
    const key = binding.label ?? labelOf(binding.keys[0] ?? '', unicode);
    return [
      text(`${key} `, off(binding) ? 'quiet' : 'accent'),
      text(`${hintOf(binding)}  `, 'quiet'),
    ];
  };
  const kept = new Set(shown.filter(({ id }) => lasting.has(id)));
  let room = width - 1 - [...kept].reduce((sum, binding) => sum + lineWidth(words(binding)), 0);
  for (const binding of [...shown].sort((a, b) => Number(off(a)) - Number(off(b)))) {
    const need = lineWidth(words(binding));
    if (kept.has(binding) || need > room) continue;
    kept.add(binding);
    room -= need;
  }
  const ordered = shown.filter((binding) => kept.has(binding));
  return [text(' '), ...ordered.flatMap(words)];
}
