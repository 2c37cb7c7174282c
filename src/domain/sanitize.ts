import { stripVTControlCharacters } from 'node:util';

/** C0 (but tab and newline), DEL, C1, bidirectional overrides and other invisible format controls. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing control characters is its purpose
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** An escape sequence of string type (OSC, DCS, APC, PM, SOS) with everything it carries. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing control characters is its purpose
const STRING_SEQUENCE = /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c|$)/g;

/**
 * Makes text from outside safe to draw: escape sequences and control characters are removed, tabs
 * become spaces, newlines stay. Everything that reaches the screen passes here.
 */
export function sanitize(text: string): string {
  return stripVTControlCharacters(text.replace(STRING_SEQUENCE, ''))
    .replace(/\t/g, '  ')
    .replace(/\r\n/g, '\n')
    .replace(CONTROL, '');
}

/** As `sanitize`, on one line: newlines become spaces. */
export function sanitizeLine(text: string): string {
  return sanitize(text).replace(/\s*\n\s*/g, ' ');
}
