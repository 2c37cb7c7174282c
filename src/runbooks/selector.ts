import type { Selector } from '../signals/definition.ts';

const NAME = /^\s*([A-Za-z_:][A-Za-z0-9_:]*)\s*(?:\{(.*)\}\s*)?$/s;
const LABEL = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/s;

/**
 * Reads `name` or `name{label="value",…}`, with the escapes of Prometheus in values.
 * @returns what is wrong and where, from 0, when it is none
 */
export function parseSelector(
  text: string,
): { readonly ok: Selector } | { readonly error: { message: string; column: number } } {
  const match = NAME.exec(text);
  if (match === null) {
    const message = `\`${text}\` is not of the form name{label="value"}`;
    return { error: { message, column: 0 } };
  }
  const [, name = '', inner = ''] = match;
  const labels: Record<string, string> = {};
  let rest = inner;
  while (rest.trim() !== '') {
    const label = LABEL.exec(rest);
    const column = text.indexOf('{') + 1 + inner.length - rest.length;
    if (label === null) {
      return { error: { message: 'labels are written label="value"', column } };
    }
    const [whole, key = '', value = ''] = label;
    labels[key] = value.replace(/\\(.)/gs, (_, escaped: string) =>
      escaped === 'n' ? '\n' : escaped,
    );
    rest = rest.slice(whole.length);
  }
  return { ok: { name, labels } };
}
