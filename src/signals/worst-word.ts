/** The worst word among instances; a word the definition does not rank counts as better than all. */
export function worstWord(words: readonly string[], ranking: readonly string[]): string | null {
  const ranked = ranking.find((word) => words.includes(word));
  return ranked ?? words[0] ?? null;
}
