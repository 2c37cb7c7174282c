/** The value of an option, written either way: `--name=value` or `--name value`; null where it is not given. */
export function option(words: readonly string[], ...names: readonly string[]): string | null {
  for (const [place, word] of words.entries()) {
    for (const name of names) {
      if (word === name) return words[place + 1] ?? null;
      if (word.startsWith(`${name}=`)) return word.slice(name.length + 1);
    }
  }
  return null;
}

/** Whether a name fits a pattern of the shell: `model-v*`. */
export function fits(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
