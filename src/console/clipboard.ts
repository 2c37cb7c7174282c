/** The longest sequence that every terminal takes, bytes: xterm's bound. */
const SEQUENCE_BYTES_MAX = 74_994;

const ESC = '\u001b';
const BEL = '\u0007';

/**
 * The sequence that puts a text on the clipboard of the operator's own terminal, over SSH too (OSC 52).
 * @param tmux true within tmux, which passes it on only when asked to
 * @returns null when the text is longer than terminals take
 */
export function clipboardSequence(text: string, tmux: boolean): string | null {
  const sequence = `${ESC}]52;c;${Buffer.from(text, 'utf8').toString('base64')}${BEL}`;
  if (sequence.length > SEQUENCE_BYTES_MAX) return null;
  return tmux ? `${ESC}Ptmux;${sequence.replaceAll(ESC, ESC + ESC)}${ESC}\\` : sequence;
}
