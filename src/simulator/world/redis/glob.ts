/** Whether a text fits one of Redis' patterns: `*`, `?`, `[a-c]`, `\` before a letter as it is. */
export function globFits(pattern: string): (text: string) => boolean {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const letter = pattern[at] ?? '';
    if (letter === '*') source += '[\\s\\S]*';
    else if (letter === '?') source += '[\\s\\S]';
    else if (letter === '[') {
      const end = pattern.indexOf(']', at + 1);
      if (end < 0) source += '\\[';
      else {
        const set = pattern.slice(at + 1, end).replaceAll('\\', '\\\\');
        source += set === '' ? '(?!)' : `[${set.replaceAll('[', '\\[')}]`;
        at = end;
      }
    } else {
      if (letter === '\\') at += 1;
      source += (pattern[at] ?? '\\').replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    }
  }
  try {
    const fits = new RegExp(`^${source}$`);
    return (text) => fits.test(text);
  } catch {
    return (text) => text === pattern;
  }
}
