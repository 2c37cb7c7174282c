import { useStdout } from 'ink';
import { useInsertionEffect } from 'react';

const FIRST_CELL = '\u001b[H';

/**
 * Takes the cursor to the first cell before the first frame is drawn. The alternate screen begins with the
 * cursor where the shell had left it: a frame as tall as the terminal, drawn from there, scrolls.
 */
export function useTop(): void {
  const { stdout } = useStdout();
  // Ink draws a frame before layout effects run.
  useInsertionEffect(() => {
    stdout.write(FIRST_CELL);
  }, [stdout]);
}
