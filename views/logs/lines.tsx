import { Box } from 'ink';
import { logLayout } from '../../src/console/log-layout.ts';
import { namesOf } from '../../src/console/log-sources.ts';
import { useLive } from '../kit/context.ts';
import { Lines, LineView } from '../kit/lines.tsx';
import { emptyLines, failureLines, standing, statusLine } from '../present/log-head.ts';
import { entryLines } from '../present/log-lines.ts';
import type { LogParts } from './parts.ts';
import { LogTitle } from './title.tsx';

/** The lines in sight, under what is said of them. */
export function LogLines({ logs, now, shown, found, window, width, rows }: LogParts) {
  const names = useLive((live) => namesOf(logs.target, live).join(', '));
  const { view, search } = logs;
  const sources = shown.feeds.map(({ name }) => name);
  const layout = logLayout(width, view, sources);
  const drawing = { layout, sources, wrap: view.wrap, left: view.left, search };
  const failures = failureLines(shown.feeds);
  const lines = window.entries.flatMap((entry, index) =>
    entryLines(entry, window.from + index === window.cursor, drawing),
  );
  const body = [...emptyLines(logs, shown, found, names), ...lines.slice(window.skipped)];
  const room = rows - 2 - failures.length;
  return (
    <Box flexDirection="column" width={width} height={rows} overflow="hidden">
      <LogTitle title="LOGS" words={names} end={standing(logs, now, window)} width={width} />
      <LineView line={statusLine(logs, shown, found, window)} width={width} />
      <Lines lines={failures} width={width} rows={failures.length} />
      <Lines lines={body} width={width} rows={room} />
    </Box>
  );
}
