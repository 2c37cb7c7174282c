/** Something a wait looks for on the screen. */
export type Expected = string | RegExp | ((lines: readonly string[]) => boolean);

/** Whether the visible lines hold what is looked for; a text or pattern may span lines. */
export function matches(expected: Expected, lines: readonly string[]): boolean {
  if (typeof expected === 'function') return expected(lines);
  const text = lines.join('\n');
  return typeof expected === 'string' ? text.includes(expected) : expected.test(text);
}
