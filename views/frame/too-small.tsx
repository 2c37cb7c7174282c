import { LineView } from '../kit/lines.tsx';
import { text } from '../present/line.ts';

/** One line for a terminal on which nothing can be read. */
export function TooSmall({ columns, rows }: { readonly columns: number; readonly rows: number }) {
  const words = `too small: ${columns}×${rows}, needs 40×10`;
  return <LineView line={[text(words)]} width={columns} />;
}
