import { Box } from 'ink';
import { detailRows } from '../../src/console/log-detail.ts';
import { Lines, LineView } from '../kit/lines.tsx';
import { type Line, text } from '../present/line.ts';
import { detailLine } from '../present/log-detail.ts';
import type { LogParts } from './parts.ts';
import { LogTitle } from './title.tsx';

/** All that one line says, its JSON in full. */
export function LogOne({ logs, found, window, width, rows }: LogParts) {
  const entry = found.entries[window.cursor];
  const all = entry === undefined ? [] : detailRows(entry.line, width - 2);
  const room = rows - 2;
  const from = Math.min(logs.scroll, Math.max(0, all.length - room));
  const lines = all.slice(from, from + room).map(detailLine);
  const below = all.length - from - lines.length;
  const words = `${window.cursor + 1} of ${found.entries.length}`;
  const place: Line = [text(below > 0 ? `  … ${below} more rows below` : '', 'quiet')];
  const end: Line = [text('Left Right: other lines   Esc: back', 'quiet')];
  const gone: readonly Line[] = [
    [text('   this line is gone: newer ones needed its room', 'warn')],
  ];
  return (
    <Box flexDirection="column" width={width} height={rows} overflow="hidden">
      <LogTitle title="LINE" words={words} end={end} width={width} />
      <LineView line={place} width={width} />
      <Lines lines={entry === undefined ? gone : lines} width={width} rows={room} />
    </Box>
  );
}
