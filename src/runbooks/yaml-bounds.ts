import { type Document, isMap, isScalar, visit } from 'yaml';

/** No file a person wrote comes near these; beyond them the parser would be busy for too long. */
const MAX_LINES = 100_000;
const MAX_DEPTH = 500;

/** What makes a text too much to parse, in words; null when it is not. Brackets in text count too. */
export function excessOf(text: string): string | null {
  let lines = 1;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\n') lines += 1;
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
    if (depth > MAX_DEPTH) return 'not usable YAML: nested too deeply';
  }
  if (lines > MAX_LINES) return `not usable YAML: more than ${MAX_LINES} lines`;
  return /^(?:[ \t]*[-?:][ \t]){100}/m.test(text) ? 'not usable YAML: nested too deeply' : null;
}

/** A key that its map has already. */
interface Twice {
  readonly message: string;
  readonly pos: readonly [start: number, end: number];
}

/** Every key that its map has already, with its place. */
export function twiceNamed(document: Document): readonly Twice[] {
  const found: Twice[] = [];
  visit(document, {
    Map: (_, map) => {
      if (!isMap(map)) return;
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const [start = 0, end = 0] = key.range ?? [];
        if (seen.has(key.value)) {
          found.push({ message: `\`${String(key.value)}\` is there twice`, pos: [start, end] });
        }
        seen.add(key.value);
      }
    },
  });
  return found;
}
