const NAME = /[\w@.:/-]{1,100}=/y;
const BARE = /[^\s"]*/y;

/** Where a quoted value that begins at `from` ends: behind its closing quote, or at the line's end. */
function quotedEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function unquoted(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.replace(/^"|"$/g, '');
  }
}

/**
 * The pairs of a line in logfmt, `level=info msg="all is well" took=3ms`; null when anything in it is
 * not a pair. Takes one pass.
 */
export function readLogfmt(text: string): Record<string, unknown> | null {
  const pairs: (readonly [string, unknown])[] = [];
  let at = 0;
  while (at < text.length) {
    NAME.lastIndex = at;
    const name = NAME.exec(text)?.[0];
    if (name === undefined) return null;
    at += name.length;
    let value: string;
    if (text[at] === '"') {
      const end = quotedEnd(text, at);
      value = unquoted(text.slice(at, end));
      at = end;
    } else {
      BARE.lastIndex = at;
      value = BARE.exec(text)?.[0] ?? '';
      at += value.length;
    }
    pairs.push([name.slice(0, -1), value]);
    if (at < text.length && text[at] !== ' ') return null;
    while (text[at] === ' ') at += 1;
  }
  return pairs.length === 0 ? null : Object.fromEntries(pairs);
}
