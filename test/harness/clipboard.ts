import type { Terminal } from './terminal.ts';

/** The texts that a program has put on the clipboard of its terminal (OSC 52), in their order. */
export function clipboardOf(terminal: Pick<Terminal, 'raw'>): readonly string[] {
  const bytes = terminal.raw().toString('latin1');
  const sequences = bytes.split('\x1b]52;c;').slice(1);
  return sequences.map((rest) => {
    const [payload = ''] = rest.split('\x07', 1);
    return Buffer.from(payload, 'base64').toString('utf8');
  });
}
