import { schemas } from '../../src/commands/schema.ts';
import { NOTICE } from './markdown.ts';

const COLUMNS = 100;

/** JSON as the formatter of this checkout leaves it: lists of plain values on one line where they fit. */
function prettyJson(value: unknown, indent = '', used = 0): string {
  const inner = `${indent}  `;
  const lines = (open: string, parts: readonly string[], end: string) =>
    `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${indent}${end}`;
  if (Array.isArray(value)) {
    const parts = value.map((item) => prettyJson(item, inner));
    const line = `[${parts.join(', ')}]`;
    // One column is kept for the comma that may follow.
    const fits = !line.includes('\n') && indent.length + used + line.length < COLUMNS;
    return parts.length === 0 || fits ? line : lines('[', parts, ']');
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const parts = Object.entries(value).map(([name, field]) => {
    const key = `${JSON.stringify(name)}: `;
    return key + prettyJson(field, inner, key.length);
  });
  return parts.length === 0 ? '{}' : lines('{', parts, '}');
}

/** docs/schemas/NAME.json: what `opsconsole schema NAME` prints. */
export function schemaPages(): readonly (readonly [string, string])[] {
  return Object.entries(schemas).map(([name, make]) => {
    const { $schema, ...rest } = JSON.parse(JSON.stringify(make())) as { $schema?: string };
    const text = prettyJson({ $schema, $comment: NOTICE, ...rest });
    return [`schemas/${name}.json`, `${text}\n`] as const;
  });
}
