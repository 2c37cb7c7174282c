const NAMED: Readonly<Record<string, string>> = {
  Enter: '\r',
  Esc: '\x1b',
  Tab: '\t',
  'Shift-Tab': '\x1b[Z',
  Space: ' ',
  Backspace: '\x7f',
  Delete: '\x1b[3~',
  Up: '\x1b[A',
  Down: '\x1b[B',
  Right: '\x1b[C',
  Left: '\x1b[D',
  Home: '\x1b[H',
  End: '\x1b[F',
  PageUp: '\x1b[5~',
  PageDown: '\x1b[6~',
};

/**
 * The bytes a terminal sends for a key: a name of the table above, `Ctrl-` with a letter, or one
 * character for itself.
 *
 * @throws Error for a name that is none of these, so that a typing error cannot pass for a key
 */
export function keyBytes(key: string): string {
  const named = NAMED[key];
  if (named !== undefined) return named;
  const control = /^Ctrl-([A-Za-z])$/.exec(key)?.[1];
  if (control !== undefined) return String.fromCharCode(control.toUpperCase().charCodeAt(0) - 64);
  if ([...key].length === 1) return key;
  throw new Error(
    `no key is called ${JSON.stringify(key)}; known: ${Object.keys(NAMED).join(' ')}`,
  );
}
