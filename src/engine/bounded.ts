/** Bytes of a probe's answer kept in the journal. */
export const EVIDENCE_BYTES_MAX = 64 * 1024;

const sizeOf = (value: unknown): number => JSON.stringify(value)?.length ?? 0;

/** The fields to leave out so that the others take no more than this: the largest first. */
function tooLarge(
  fields: Readonly<Record<string, unknown>>,
  bytesMax: number,
): ReadonlySet<string> {
  const sizes = Object.entries(fields).map(([name, value]) => ({ name, bytes: sizeOf(value) }));
  sizes.sort((a, b) => b.bytes - a.bytes);
  let left = sizes.reduce((sum, { name, bytes }) => sum + name.length + bytes, 0);
  const out = new Set<string>();
  for (const { name, bytes } of sizes) {
    if (left <= bytesMax) break;
    out.add(name);
    left -= name.length + bytes;
  }
  return out;
}

/**
 * Cuts an answer that would swell the journal, saying so. Its largest fields become the beginning of
 * their text; the others stay as they are, for later steps rest on them: a count beside the lines that
 * it counts. What a condition asks of a field that is not there is undecided.
 */
export function bounded(result: unknown, bytesMax = EVIDENCE_BYTES_MAX): unknown {
  const text = JSON.stringify(result);
  if (text === undefined || text.length <= bytesMax) return result;
  const textMax = Math.floor(bytesMax / 2);
  if (typeof result !== 'object' || result === null || Array.isArray(result)) {
    return { cut: `${text.length} bytes, the first ${textMax} kept`, text: text.slice(0, textMax) };
  }
  const fields = result as Readonly<Record<string, unknown>>;
  const out = tooLarge(fields, bytesMax - textMax);
  const part = (left: boolean) =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => out.has(name) === left));
  return {
    ...part(false),
    cut: `${text.length} bytes, of ${[...out].join(', ')} the first ${textMax} kept`,
    text: JSON.stringify(part(true)).slice(0, textMax),
  };
}
