/**
 * Remembers what a pure function of one string returns.
 * @template T
 * @param {number} entriesMax kept; all go when there would be more
 * @param {(text: string) => T} compute
 * @returns {(text: string) => T}
 */
export function remembered(entriesMax, compute) {
  const known = new Map();
  return (text) => {
    let found = known.get(text);
    if (found === undefined) {
      found = compute(text);
      if (known.size >= entriesMax) known.clear();
      known.set(text, found);
    }
    return found;
  };
}
