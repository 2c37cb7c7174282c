import { Box } from 'ink';
import { useSyncExternalStore } from 'react';
import { foundIn, type LogSession, logGeometry, shownBook } from '../../src/console/log-session.ts';
import { windowOf } from '../../src/console/log-window.ts';
import type { LogBookState } from '../../src/live/logs.ts';
import { useSession } from '../kit/context.ts';
import { LogLines } from './lines.tsx';
import { LogOne } from './one.tsx';
import { LogSources } from './sources.tsx';

interface Size {
  readonly width: number;
  readonly rows: number;
}

const none: LogBookState = { entries: [], dropped: 0, feeds: [], leftOut: 0 };
const never = () => () => undefined;

/** The lines as they are now, drawn again whenever there are new ones. */
function useBook({ book }: LogSession): LogBookState {
  return useSyncExternalStore(book?.state.subscribe ?? never, book?.state.getState ?? (() => none));
}

function LogBody({ logs, width, rows }: Size & { readonly logs: LogSession }) {
  const now = useBook(logs);
  if (logs.mode === 'sources') return <LogSources logs={logs} width={width} rows={rows} />;
  const shown = shownBook(logs);
  const found = foundIn(logs, shown);
  const window = windowOf(found, logs.view, logGeometry(logs, shown, width, rows));
  const parts = { logs, now, shown, found, window, width, rows };
  return logs.mode === 'line' ? <LogOne {...parts} /> : <LogLines {...parts} />;
}

/** The log screen: lines of one or more logs, one line with all it says, or the logs to choose from. */
export function Logs({ width, rows }: Size) {
  const logs = useSession((s) => s.logs);
  if (logs === null) return <Box height={rows} />;
  return <LogBody logs={logs} width={width} rows={rows} />;
}
