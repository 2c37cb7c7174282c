import stringWidth from 'string-width';

const isPlainAscii = (value: string) => !/[^\x20-\x7e]/.test(value);
const segmenter = new Intl.Segmenter();

/** Parts of a text, as `[from, to)` in characters, each at most `width` columns wide. */
export type Part = readonly [number, number];

function plainParts(length: number, width: number, most: number): readonly Part[] {
  const parts: Part[] = [];
  for (let from = 0; from < length && parts.length < most; from += width) {
    parts.push([from, Math.min(length, from + width)]);
  }
  return parts;
}

/**
 * Breaks a text into parts that fit; at least one, at most `most`. A log is broken at the edge and not
 * at words: what stands under each other stays under each other.
 */
export function wrapParts(text: string, width: number, most: number): readonly Part[] {
  const room = Math.max(1, width);
  if (text === '') return [[0, 0]];
  if (isPlainAscii(text)) return plainParts(text.length, room, most);
  const parts: Part[] = [];
  let from = 0;
  let used = 0;
  for (const { segment, index } of segmenter.segment(text)) {
    const wide = stringWidth(segment);
    if (used + wide > room && index > from) {
      parts.push([from, index]);
      if (parts.length === most) return parts;
      from = index;
      used = 0;
    }
    used += wide;
  }
  return [...parts, [from, text.length]];
}

/** What of a text is seen when `left` columns of it are scrolled out to the left. */
export function visiblePart(text: string, left: number, width: number): Part {
  const room = Math.max(1, width);
  if (isPlainAscii(text)) {
    return [Math.min(left, text.length), Math.min(text.length, left + room)];
  }
  const skipped = left === 0 ? 0 : (wrapParts(text, left, 1)[0]?.[1] ?? 0);
  const [part] = wrapParts(text.slice(skipped), room, 1);
  return [skipped, skipped + (part?.[1] ?? 0)];
}
