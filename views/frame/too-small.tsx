import { SCREEN_MIN } from '../../src/console/session.ts';
import { LineView } from '../kit/lines.tsx';
import { text } from '../present/line.ts';

/** One line for a terminal on which nothing can be read. */
export function TooSmall({ columns, rows }: { readonly columns: number; readonly rows: number }) {
  const needed = `${SCREEN_MIN.columns}×${SCREEN_MIN.rows}`;
  const words = `too small: ${columns}×${rows}, needs ${needed}`;
  return <LineView line={[text(words)]} width={columns} />;
}
