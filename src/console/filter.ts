import { boundedPattern, lowered } from './pattern.ts';

/** A filter as it is typed: a regular expression where it is one, else a text; `!` in front inverts. */
export interface ParsedFilter {
  readonly inverse: boolean;
  /** Global, for `lowered` texts. */
  readonly pattern: RegExp | null;
  readonly text: string;
}

/** Rows show no more than this of any text, and a filter looks at no more. */
const TEXT_LENGTH_MAX = 4000;

export function parseFilter(typed: string): ParsedFilter {
  const inverse = typed.startsWith('!');
  const text = (inverse ? typed.slice(1) : typed).trimStart();
  return { inverse, pattern: boundedPattern(text), text: text.toLowerCase() };
}

/** Whether a text passes the filter; an empty filter lets everything through. */
export function matcherOf(typed: string): (text: string) => boolean {
  const { inverse, pattern, text } = parseFilter(typed);
  if (text === '') return () => true;
  return (value) => {
    const seen = lowered(value.slice(0, TEXT_LENGTH_MAX));
    const found = pattern === null ? seen.includes(text) : seen.search(pattern) !== -1;
    return found !== inverse;
  };
}
