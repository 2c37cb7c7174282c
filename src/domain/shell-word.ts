import { sanitizeLine } from './sanitize.ts';

/** A word of a shell command as it would be typed: quoted where a shell would read it otherwise. */
export function shellWord(word: string): string {
  const safe = sanitizeLine(word);
  return /^[\w@%+=:,./-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", "'\\''")}'`;
}

/** A command of several words, each quoted where it needs to be. */
export function shellWords(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}
