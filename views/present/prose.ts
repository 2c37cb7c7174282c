import { blank, type Line, type Tone, text, wrap } from './line.ts';

/** Columns of the names in a block: `touches   `. */
const LABEL_WIDTH = 10;

/** `     touches   falcon-redis …`, continued under itself. */
export function labelled(
  label: string,
  value: string,
  width: number,
  tone: Tone = 'plain',
  linesMax = 20,
): readonly Line[] {
  const indent = 5 + LABEL_WIDTH;
  return wrap(value, width - indent, linesMax).map((part, index) => [
    text('     '),
    text((index === 0 ? label : '').padEnd(LABEL_WIDTH), 'quiet'),
    text(part, tone),
  ]);
}

/** Prose under an indent. */
export function indented(
  value: string,
  width: number,
  indent: number,
  tone: Tone = 'plain',
  linesMax = 50,
): readonly Line[] {
  return wrap(value, width - indent, linesMax).map((part) => [
    text(' '.repeat(indent)),
    text(part, tone),
  ]);
}

export const gap: Line = blank;
