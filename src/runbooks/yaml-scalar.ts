import type { Scalar } from 'yaml';

/** Escapes of double quotes that stand for exactly the character after the backslash. */
const PLAIN_ESCAPES = '"\\/';

/**
 * Where a character of a scalar's value stands in the source: over quotes, escapes, folded lines and
 * the indentation of blocks.
 * @param index within the value, from 0
 * @returns offset in the source; the scalar's beginning where the escapes cannot be followed
 */
export function offsetInScalar(source: string, node: Scalar, index: number): number {
  const [start = 0, end = source.length] = node.range ?? [];
  if (typeof node.value !== 'string') return start;
  let at = contentStart(source, node, start);
  for (let i = 0; i < Math.min(index + 1, node.value.length); i += 1) {
    const wanted = node.value[i] ?? '';
    if (/\s/.test(wanted)) {
      if (i === index) return at;
      // A single blank in the source is this one; more is folding, skipped before the next word.
      if (source[at] === wanted) at += 1;
      continue;
    }
    while (at < end && source[at] !== wanted) {
      const escaped = node.type === 'QUOTE_DOUBLE' && source[at] === '\\';
      if (escaped && !PLAIN_ESCAPES.includes(source[at + 1] ?? '')) return start;
      at += 1;
    }
    if (at >= end) return start;
    if (i === index) return at;
    at += 1;
  }
  return Math.min(at, end);
}

function contentStart(source: string, node: Scalar, start: number): number {
  switch (node.type) {
    case 'QUOTE_DOUBLE':
    case 'QUOTE_SINGLE':
      return start + 1;
    case 'BLOCK_FOLDED':
    case 'BLOCK_LITERAL':
      return source.indexOf('\n', start) + 1;
    default:
      return start;
  }
}
