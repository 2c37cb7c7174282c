/**
 * Whether a whole text fits a pattern in which `*` is any text and `?` any one character. Needs at most
 * the product of both lengths, whatever the pattern.
 */
export function globMatches(pattern: string, text: string): boolean {
  let at = 0;
  let inText = 0;
  let star = -1;
  let afterStar = 0;
  while (inText < text.length) {
    const sign = pattern[at];
    if (sign === '*') {
      star = at;
      at += 1;
      afterStar = inText;
    } else if (at < pattern.length && (sign === '?' || sign === text[inText])) {
      at += 1;
      inText += 1;
    } else if (star >= 0) {
      afterStar += 1;
      inText = afterStar;
      at = star + 1;
    } else return false;
  }
  return [...pattern.slice(at)].every((sign) => sign === '*');
}
