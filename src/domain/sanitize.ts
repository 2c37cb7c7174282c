import { stripVTControlCharacters } from 'node:util';

/** Control characters (C0 but tab and newline, DEL, C1), bidirectional overrides, invisible formats. */
const CONTROL =
  /(?![\t\n])\p{Cc}|[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

const ESC = '\u001b';
const BEL = '\u0007';
const ST = '\u009c';

/**
 * An escape sequence of string type (OSC, DCS, APC, PM, SOS) with everything it carries. Another sequence
 * ends it, as it does on a terminal: thousands that each looked for their end would cost the square.
 */
const STRING_SEQUENCE = new RegExp(
  `(?:${ESC}[\\]PX^_]|[\u0090\u0098\u009d-\u009f])[^${BEL}${ESC}${ST}]*(?:${BEL}|${ESC}\\\\|${ST}|(?=${ESC})|$)`,
  'g',
);

/**
 * What stands outside of ranges that hold letters and signs only: most texts have nothing of it, and to
 * see that takes one look instead of four.
 */
const SUSPICIOUS =
  /[^\n -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u03ff\u0400-\u0481\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u27bf\u3041-\u30fe\u4e00-\u9fff\uac00-\ud7a3]/;

/**
 * Makes text from outside safe to draw: escape sequences and control characters are removed, tabs
 * become spaces, newlines stay. Everything that reaches the screen passes here.
 */
export function sanitize(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return stripVTControlCharacters(text.replace(STRING_SEQUENCE, ''))
    .replace(/\t/g, '  ')
    .replace(/\r\n/g, '\n')
    .replace(CONTROL, '');
}

/** As `sanitize`, on one line: newlines become spaces. */
export function sanitizeLine(text: string): string {
  const safe = sanitize(text);
  return safe.includes('\n') ? safe.replace(/\s*\n\s*/g, ' ') : safe;
}
