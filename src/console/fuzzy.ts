/**
 * How well a typed text fits a candidate: the letters have to stand in it in their order. Less is
 * better: the text itself, its beginning, the beginning of a word in it, a part of it, letters apart.
 * @returns null when it does not fit
 */
export function fuzzy(typed: string, candidate: string): number | null {
  const text = typed.toLowerCase();
  const word = candidate.toLowerCase();
  if (text === '') return 500;
  if (word === text) return 0;
  const at = word.indexOf(text);
  if (at === 0) return 10 + Math.min(50, word.length - text.length);
  if (at > 0) return (/[\s\-_/.]/.test(word[at - 1] ?? '') ? 100 : 200) + Math.min(50, at);
  let from = 0;
  let apart = 0;
  for (const letter of text) {
    const found = word.indexOf(letter, from);
    if (found === -1) return null;
    apart += found - from;
    from = found + 1;
  }
  return 300 + Math.min(100, apart);
}
